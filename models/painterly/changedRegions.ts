import { PIXELS } from './lossTerm.ts';
import type { Region } from './region.ts';

export interface LayerRegions {
  /** What of the response is computed: all that the changing pixels have an influence on. */
  readonly computed: Region;
  /** What the next layer takes: around what is computed lies what never changes. */
  readonly taken: Region;
}

/**
 * Which part of every layer has to be computed again when only some pixels change: by every convolution their influence grows
 * by one place on each side. `layers` are VGG's, from the first one on, as far as they are needed.
 */
export function changedRegions(
  layers: readonly string[],
  changing: Region,
): ReadonlyMap<string, LayerRegions> {
  const names = [PIXELS, ...layers];
  const changed = [changing];
  for (const name of layers) changed.push(influenced(name, changed.at(-1)!));
  return new Map(
    names.map((name, i) => {
      const computed = changed[i]!;
      const next = names[i + 1];
      const taken = next === undefined ? computed : seen(next, changed[i + 1]!, computed);
      return [name, { computed, taken }];
    }),
  );
}

function influenced(layer: string, changed: Region): Region {
  if (layer.startsWith('pool')) return changed.halved();
  return layer.startsWith('conv') ? changed.grown(1) : changed;
}

/** What a layer looks at to make this part of its response. */
function seen(layer: string, made: Region, { whole }: Region): Region {
  if (layer.startsWith('pool')) return made.doubled(whole);
  return layer.startsWith('conv') ? made.grown(1) : made;
}
