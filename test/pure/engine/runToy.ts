import { executeWorkflow } from '../../../server/engine/executeWorkflow.ts';
import type { ExecutionResult } from '../../../server/engine/execution.ts';
import { OutputCache } from '../../../server/engine/outputCache.ts';
import type { NodeDefinition } from '../../../nodes/contract/node.ts';
import type { NodeRecord } from '../../../server/protocol/runs.ts';
import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import { noServices } from './toyNodes.ts';

export interface ToyRun extends ExecutionResult {
  readonly records: Readonly<Record<string, NodeRecord>>;
  readonly steps: readonly number[];
}

/** Executes a workflow of toy nodes and gathers what it reported. */
export async function runToy(
  document: WorkflowDocument,
  registry: ReadonlyMap<string, NodeDefinition>,
  options: {
    run?: string;
    targets?: readonly string[];
    cache?: OutputCache;
    controller?: AbortController;
    pause?: AbortController;
    onStep?: (step: number) => void;
    onNode?: (id: string, record: NodeRecord) => void;
  } = {},
): Promise<ToyRun> {
  const records: Record<string, NodeRecord> = {};
  const steps: number[] = [];
  const {
    settled,
    release: _,
    ...result
  } = await executeWorkflow({
    run: options.run ?? 'toy00001',
    document,
    targets: options.targets,
    registry,
    services: noServices,
    cache: options.cache ?? new OutputCache(1e6),
    signal: (options.controller ?? new AbortController()).signal,
    pause: options.pause?.signal,
    report: {
      node: (id, record) => {
        records[id] = record;
        options.onNode?.(id, record);
      },
      step: (_, { step }) => {
        steps.push(step);
        options.onStep?.(step);
      },
      shown: async () => undefined,
    },
  });
  await settled;
  return { ...result, records, steps };
}
