import { readDiskResult } from './diskResults.ts';
import type { Execution } from './execution.ts';
import type { NodeResult } from './outputCache.ts';
import type { PlannedNode } from './planRun.ts';

export interface FoundResults {
  /** Results that nodes still to run will take from, that the run is for, or that are shown again. */
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
    const { isOutput, showsPictures } = planned.definition;
    const key = keys.get(planned)!;
    const inMemory = isOutput ? undefined : execution.cache.get(key);
    if (inMemory && (showsPictures || planned.isWanted || needed.has(planned))) known.set(planned, inMemory);
    if (inMemory || (!planned.isWanted && !needed.has(planned))) continue;
    const onDisk = await readDiskResult(planned, key, execution);
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
