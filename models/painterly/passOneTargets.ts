import type { Tensor } from '../tensor/tensor.ts';
import type { VggNetwork } from '../vision/vggNetwork.ts';
import type { CorrelateOptions } from './correlateResponses.ts';
import { gramMatrix } from './gramMatrix.ts';
import { maskPyramid } from './masks.ts';
import { matchedResponses, type Matches } from './matches.ts';
import { matchPatches } from './matchPatches.ts';
import type { Plane } from './plane.ts';

export interface PassOneInput {
  /** What was pasted, and the painting: `[1, 3, H, W]`, RGB in [0, 1]. */
  readonly naive: Tensor;
  readonly painting: Tensor;
  /** Loose, at the size of the picture. */
  readonly mask: Plane;
  readonly styleLayers: readonly string[];
}

/** What pass 1 draws the picture to. */
export interface PassOneTargets {
  /** By style layer. */
  readonly matches: ReadonlyMap<string, Matches>;
  readonly grams: ReadonlyMap<string, Tensor>;
  /** Responses of the style layers to the pasted picture. */
  readonly naive: ReadonlyMap<string, Tensor>;
  /** The mask, by layer. */
  readonly masks: ReadonlyMap<string, Plane>;
}

/**
 * Deep Painterly Harmonization's first pass before it starts (Luan et al., EGSR 2018, sec. 4.1; neural_gram.lua): each layer is
 * matched on its own, anywhere in the painting, and the Gram matrix of what was matched is what style is.
 */
export async function passOneTargets(
  vgg: VggNetwork,
  { naive, painting, mask, styleLayers }: PassOneInput,
  options: CorrelateOptions = {},
): Promise<PassOneTargets> {
  const masks = maskPyramid(mask);
  const own = await vgg.responses(naive, styleLayers);
  const theirs = await vgg.responses(painting, styleLayers);
  const matches = new Map<string, Matches>();
  const grams = new Map<string, Tensor>();
  for (const [i, layer] of styleLayers.entries()) {
    const onProgress = (fraction: number) => options.onProgress?.((i + fraction) / styleLayers.length);
    const found = await matchPatches(own.get(layer)!, theirs.get(layer)!, { ...options, onProgress });
    matches.set(layer, found);
    grams.set(layer, gramMatrix(matchedResponses(theirs.get(layer)!, found), masks.get(layer)!));
  }
  return { matches, grams, naive: own, masks };
}
