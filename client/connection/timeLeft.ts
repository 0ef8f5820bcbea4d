import type { NodeRecord, RunRecord } from '../../server/protocol/runs.ts';

export interface TimeLeft {
  /** Nodes that are through, of all that take part. */
  readonly done: number;
  readonly of: number;
  /** Seconds until the whole run is done; undefined while nobody can know. */
  readonly seconds: number | undefined;
}

export interface TimeKnown {
  /** Milliseconds that nodes took when they last ran, by node. */
  readonly known: ReadonlyMap<string, number>;
  /** Nodes that go step by step: where the time goes. */
  readonly samplers: ReadonlySet<string>;
}

/**
 * How far a run is. A node that waits is taken to need what it needed the last time; a sampler that never ran, what
 * the other samplers of this run need; anything else that never ran, no time worth mentioning.
 */
export function timeLeft(record: RunRecord, { known, samplers }: TimeKnown): TimeLeft {
  const nodes = Object.entries(record.nodes).filter(([, node]) => node.state !== 'skipped');
  const over = nodes.filter(([, { state }]) => state === 'done' || state === 'cached' || state === 'failed');
  const totals = nodes.flatMap(([id, node]) => (samplers.has(id) ? totalSeconds(node) : []));
  const usual = totals.reduce((sum, total) => sum + total, 0) / totals.length;

  let seconds = 0;
  for (const [id, node] of nodes) {
    const before = known.get(id);
    const whole = before === undefined ? (samplers.has(id) ? usual : 0) : before / 1000;
    if (node.state === 'running') seconds += node.secondsLeft ?? whole * (1 - (node.progress ?? 0));
    if (node.state === 'waiting') seconds += whole;
  }
  return { done: over.length, of: nodes.length, seconds: Number.isNaN(seconds) ? undefined : seconds };
}

/** How long a sampler takes in all, as far as that can be told yet. */
function totalSeconds({ state, milliseconds, secondsLeft, progress = 0 }: NodeRecord): number[] {
  if (state === 'done' && milliseconds !== undefined) return [milliseconds / 1000];
  return state === 'running' && secondsLeft !== undefined && progress < 1
    ? [secondsLeft / (1 - progress)]
    : [];
}
