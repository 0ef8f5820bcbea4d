import type { RunStore } from '../connection/runStore.ts';
import type { RunRecord } from '../../server/protocol/runs.ts';
import type { FilmstripState } from './filmstripState.ts';

/** A step into which the attention lens can look. */
export interface LensPlace {
  readonly run: string;
  readonly node: string;
  /** Counted from 1. */
  readonly step: number;
  /** Width by height of a result, which may have been cut since; absent = the step's own picture. */
  readonly ratio?: number;
}

/** A picture that came out of a step. */
export interface LensResult extends Pick<LensPlace, 'step' | 'ratio'> {
  readonly url: string;
}

/**
 * The step that a picture of the run came out of: the last one of the nearest sampler before it, going back from the
 * input that it shows, in the workflow as it ran. Undefined when there is none.
 */
export function lensPlaceOf(
  { runs, filmstrip }: { readonly runs: RunStore; readonly filmstrip: FilmstripState },
  { node, slot, width, height }: RunRecord['pictures'][number],
): LensPlace | undefined {
  const { record, workflow, steps } = runs;
  if (!record) return undefined;
  const links = workflow?.document?.links ?? [];
  const port = slot.replace(/^input\./, '');
  const into = links.filter(({ to }) => to.node === node);
  const shown = into.filter(({ to }) => to.port === port);
  const seen = new Set<string>();
  const queue = (shown.length > 0 ? shown : into).map(({ from }) => from.node);
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (filmstrip.nodes.includes(id)) {
      const own = steps.filter((step) => step.node === id);
      if (own.some((step) => 'losses' in step)) return undefined;
      const last = own.reduce((most, { step }) => Math.max(most, step), 0);
      return { run: record.id, node: id, step: last, ratio: width / height };
    }
    for (const { from, to } of links) if (to.node === id) queue.push(from.node);
  }
  return undefined;
}
