import type {
  InputValues,
  NodeDefinition,
  OptimisingReport,
  PortSpecs,
  SamplingReport,
  ShownPicture,
} from '../../../nodes/contract/node.ts';
import type { NodeServices } from '../../../nodes/contract/services.ts';
import { noServices } from '../engine/toyNodes.ts';

export interface NodeCallResult {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly shown: readonly ShownPicture[];
  readonly steps: readonly SamplingReport[];
  readonly optimised: readonly OptimisingReport[];
  readonly notes: Readonly<Record<string, unknown>>;
}

/** Runs one node by itself, with the defaults for parameters that are not given. */
export async function callNode(
  definition: NodeDefinition,
  inputs: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, unknown>> = {},
  services: Partial<NodeServices> = {},
): Promise<NodeCallResult> {
  const shown: ShownPicture[] = [];
  const steps: SamplingReport[] = [];
  const optimised: OptimisingReport[] = [];
  const notes: Record<string, unknown> = {};
  const parsed = definition.params.parse(params);
  definition.check?.(parsed, {});
  const outputs = await definition.run({
    inputs: inputs as InputValues<PortSpecs>,
    params: parsed,
    signal: new AbortController().signal,
    services: { ...noServices, featureBudget: 1e6, ...services },
    unfinished: { take: () => undefined, keep: () => undefined },
    step: (step) => void ('losses' in step ? optimised.push(step) : steps.push(step)),
    progress: () => undefined,
    show: async (picture) => void shown.push(picture),
    note: (name, value) => void (notes[name] = value),
  });
  return { outputs, shown, steps, optimised, notes };
}
