import type { Execution } from './execution.ts';
import type { NodeResult } from './outputCache.ts';
import type { PlannedNode } from './planRun.ts';
import { valueBytes } from './valueBytes.ts';

export interface FoundResults {
  /** Results that nodes still to run will take from, or that are shown again. */
  readonly known: ReadonlyMap<PlannedNode, NodeResult>;
  /** Nodes to execute, sources first. */
  readonly toRun: readonly PlannedNode[];
}

/**
 * Decides what must be executed, from the outputs backwards: a node whose result is known needs none of its sources.
 * Results found are held from here on, so that the cache may drop them meanwhile.
 */
export async function findResults(
  order: readonly PlannedNode[],
  keys: ReadonlyMap<PlannedNode, string>,
  execution: Pick<Execution, 'cache' | 'disk' | 'services' | 'report'>,
): Promise<FoundResults> {
  const known = new Map<PlannedNode, NodeResult>();
  const needed = new Set<PlannedNode>();
  const toRun: PlannedNode[] = [];
  for (const planned of order.toReversed()) {
    const { isOutput, showsPictures, diskCache } = planned.definition;
    const key = keys.get(planned)!;
    const inMemory = isOutput ? undefined : execution.cache.get(key);
    if (inMemory && (showsPictures || needed.has(planned))) known.set(planned, inMemory);
    if (inMemory || (!isOutput && !needed.has(planned))) continue;
    const onDisk = diskCache ? await readResult(planned, key, execution) : undefined;
    if (onDisk) {
      known.set(planned, onDisk);
      execution.cache.set(key, onDisk);
      continue;
    }
    toRun.push(planned);
    for (const { from } of planned.inputs) needed.add(from);
  }
  return { known, toRun: toRun.toReversed() };
}

async function readResult(
  { definition }: PlannedNode,
  key: string,
  { disk, services }: Pick<Execution, 'disk' | 'services'>,
): Promise<NodeResult | undefined> {
  const outputs = await disk?.read(key, (folder) => definition.diskCache!.read(folder, services));
  if (!outputs) return undefined;
  const bytes = Object.entries(definition.outputs).reduce(
    (sum, [name, port]) => sum + valueBytes(port.type, outputs[name]),
    1,
  );
  return { outputs, shown: [], notes: { 'read from disk': true }, bytes };
}
