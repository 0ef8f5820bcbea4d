import { z } from 'zod';
import { defineNode, type NodeDefinition } from '../../../nodes/contract/node.ts';
import type { NodeServices } from '../../../nodes/contract/services.ts';
import { documentSchema, type WorkflowDocument } from '../../../workflows/schema/document.ts';
import { executeWorkflow } from '../../engine/executeWorkflow.ts';
import { OutputCache } from '../../engine/outputCache.ts';
import type { RunReport } from '../../engine/runReport.ts';
import { median, type Table } from './table.ts';

const NODES = 1_000;
const ROUNDS = 9;

const sum = defineNode({
  type: 'bench/sum',
  version: 1,
  title: 'Sum',
  help: 'Adds one to its inputs.',
  inputs: {
    left: { type: 'number', title: 'Left', help: '', optional: true },
    right: { type: 'number', title: 'Right', help: '', optional: true },
  },
  outputs: { sum: { type: 'number', title: 'Sum', help: '' } },
  params: z.object({ start: z.number().default(0) }),
  async run({ inputs, params }) {
    return { sum: (inputs.left ?? params.start) + (inputs.right ?? 0) + 1 };
  },
});

const last = defineNode({
  ...sum,
  type: 'bench/last',
  isOutput: true,
});

/** What the executor itself costs: 1,000 nodes that only add, each taking from two before it. */
export async function executorOverhead(): Promise<Table> {
  const registry = new Map<string, NodeDefinition>(
    [sum, last].map((node) => [node.type, node as unknown as NodeDefinition]),
  );
  const cold: number[] = [];
  const cached: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const cache = new OutputCache(1e9);
    cold.push(await milliseconds(() => execute(registry, cache)));
    cached.push(await milliseconds(() => execute(registry, cache)));
  }
  return {
    title: 'Executor overhead',
    columns: [`${NODES} trivial nodes`, 'ms (median)', 'µs per node'],
    rows: [
      ['cold', median(cold).toFixed(1), ((median(cold) / NODES) * 1000).toFixed(1)],
      ['fully cached', median(cached).toFixed(1), ((median(cached) / NODES) * 1000).toFixed(1)],
    ],
    notes: [`Each node takes from the two before it; ${ROUNDS} rounds, cold and cached in turn.`],
  };
}

const silent: RunReport = {
  node: () => undefined,
  step: () => undefined,
  shown: () => Promise.resolve(),
};

async function execute(registry: ReadonlyMap<string, NodeDefinition>, cache: OutputCache): Promise<void> {
  const { state, error } = await executeWorkflow({
    run: 'bench',
    document: chain(),
    registry,
    services: {} as NodeServices,
    cache,
    signal: new AbortController().signal,
    report: silent,
  });
  if (state !== 'done') throw new Error(`The graph did not run: ${error?.message ?? state}`);
}

function chain(): WorkflowDocument {
  const ids = Array.from({ length: NODES }, (_, i) => `n${i}`);
  return documentSchema.parse({
    format: 'impasto-workflow',
    version: 1,
    title: 'bench',
    description: '',
    nodes: ids.map((id, i) => ({
      id,
      type: i === NODES - 1 ? last.type : sum.type,
      version: 1,
      params: { start: i },
      position: { x: i, y: 0 },
    })),
    links: ids.flatMap((id, i) => [
      ...(i > 0 ? [link(ids[i - 1]!, id, 'left')] : []),
      ...(i > 1 ? [link(ids[i - 2]!, id, 'right')] : []),
    ]),
    groups: [],
    notes: [],
  });
}

function link(from: string, to: string, port: string) {
  return { from: { node: from, port: 'sum' }, to: { node: to, port } };
}

async function milliseconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
