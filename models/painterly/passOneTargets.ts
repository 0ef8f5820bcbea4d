import type { Tensor } from '../tensor/tensor.ts';
import type { VggNetwork } from '../vision/vggNetwork.ts';
import type { CorrelateOptions } from './correlateResponses.ts';
import { gramMatrix } from './gramMatrix.ts';
import { maskPyramid } from './masks.ts';
import { matchedResponses } from './matches.ts';
import { matchPatches } from './matchPatches.ts';
import type { Plane } from './plane.ts';
import { Region } from './region.ts';

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
  readonly grams: ReadonlyMap<string, Tensor>;
  /** The mask, by layer. */
  readonly masks: ReadonlyMap<string, Plane>;
}

/**
 * Deep Painterly Harmonization's first pass before it starts (Luan et al., EGSR 2018, sec. 4.1; neural_gram.lua): each layer is
 * matched on its own, under the mask with anywhere in the painting, and the Gram matrix of what was matched is what style is.
 */
export async function passOneTargets(
  vgg: VggNetwork,
  { naive, painting, mask, styleLayers }: PassOneInput,
  options: CorrelateOptions = {},
): Promise<PassOneTargets> {
  const masks = maskPyramid(mask);
  const own = await vgg.responses(naive, styleLayers);
  const theirs = await vgg.responses(painting, styleLayers);
  const grams = new Map<string, Tensor>();
  for (const [i, layer] of styleLayers.entries()) {
    const onProgress = (fraction: number) => options.onProgress?.((i + fraction) / styleLayers.length);
    const [ours, others, looked] = [own.get(layer)!, theirs.get(layer)!, masks.get(layer)!];
    const within = Region.around(looked);
    const where = within ? { within } : {};
    const found = await matchPatches(ours, others, { ...options, ...where, onProgress });
    grams.set(layer, gramMatrix(matchedResponses(others, found), looked));
  }
  return { grams, masks };
}
