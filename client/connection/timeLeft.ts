import type { NodeRecord, RunRecord } from '../../server/protocol/runs.ts';

export interface TimeLeft {
  /** Nodes that are through, of all that take part. */
  readonly done: number;
  readonly of: number;
  /** Seconds until the whole run is done; undefined while nobody can know. */
  readonly seconds: number | undefined;
}

/**
 * How far a run is. Nodes that still wait are taken to need what they needed in the run before (`known`,
 * milliseconds by node); without one there is no estimate until the last node runs.
 */
export function timeLeft(record: RunRecord, known: ReadonlyMap<string, number>): TimeLeft {
  const nodes = Object.entries(record.nodes).filter(([, node]) => node.state !== 'skipped');
  const over = nodes.filter(([, { state }]) => state === 'done' || state === 'cached' || state === 'failed');
  let seconds = 0;
  for (const [id, node] of nodes) seconds += secondsOf(node, known.get(id));
  return {
    done: over.length,
    of: nodes.length,
    seconds: Number.isNaN(seconds) ? undefined : seconds,
  };
}

/** Seconds until a node is through; NaN when that cannot be known. */
function secondsOf(node: NodeRecord, milliseconds = Number.NaN): number {
  if (node.state === 'running') {
    return node.secondsLeft ?? (milliseconds / 1000) * (1 - (node.progress ?? 0));
  }
  return node.state === 'waiting' ? milliseconds / 1000 : 0;
}
