import { deepestOf, layersUntil } from '../architectures/vgg19.ts';
import type { VggConfig } from '../architectures/vggConfig.ts';
import { changedRegions, type LayerRegions } from './changedRegions.ts';
import { PIXELS, type LossTerm } from './lossTerm.ts';
import { Region } from './region.ts';

/** Which parts of a picture and its layers an objective has to compute. */
export interface ObjectiveRegions {
  /** From PIXELS to the deepest layer that a term sits at. */
  readonly layers: ReadonlyMap<string, LayerRegions>;
  /** What each term is shown. */
  readonly looked: readonly Region[];
  /** Layers of VGG of which all is needed as it is at the start, because a part of it never changes. */
  readonly constant: readonly string[];
}

/** Throws ModelError for a layer that the network does not have. */
export function objectiveRegions(
  config: VggConfig,
  terms: readonly LossTerm[],
  changing: Region,
): ObjectiveRegions {
  const named = terms.map(({ layer }) => layer).filter((layer) => layer !== PIXELS);
  const needed = named.length === 0 ? [] : layersUntil(config, deepestOf(config, named));
  const layers = changedRegions(needed, changing);
  const looked = terms.map((term) => lookedAt(term, layers.get(term.layer)!.computed));
  const constant = [...layers].flatMap(([layer, { computed, taken }]) => {
    const beyond = looked.some((region, i) => terms[i]!.layer === layer && !region.equals(computed));
    return layer !== PIXELS && (beyond || !taken.equals(computed)) ? [layer] : [];
  });
  return { layers, looked, constant };
}

function lookedAt({ looksAt }: LossTerm, computed: Region): Region {
  if (looksAt === 'changes') return computed;
  if (looksAt === undefined) return Region.all(computed.whole);
  const seen = Region.around(looksAt);
  return seen ? computed.joined(seen) : computed;
}

export function regionOf({ layers }: ObjectiveRegions, layer: string): LayerRegions {
  return layers.get(layer)!;
}
