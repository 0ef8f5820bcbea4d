import type { Tensor } from '../tensor/tensor.ts';
import type { VggNetwork } from '../vision/vggNetwork.ts';
import { consistentMatches, REFERENCE_LAYER, type ConsistentMatches } from './consistentMatches.ts';
import type { CorrelateOptions } from './correlateResponses.ts';
import { coveredPlaces } from './coveredPlaces.ts';
import { gramMatrix } from './gramMatrix.ts';
import { histogramTarget, type HistogramTarget } from './histogramTarget.ts';
import { maskPyramid } from './masks.ts';
import type { Plane } from './plane.ts';
import { REFINE_REACH } from './refineMatches.ts';
import { Region } from './region.ts';
import { sizeOf } from './sizeOf.ts';
import { torch7Nearest } from './torch7Resize.ts';

export interface PassTwoInput {
  /** What pass 1 made, and the painting: `[1, 3, H, W]`, RGB in [0, 1]. */
  readonly first: Tensor;
  readonly painting: Tensor;
  /** At the size of the picture. */
  readonly tightMask: Plane;
  readonly looseMask: Plane;
  readonly styleLayers: readonly string[];
  readonly histogramLayers: readonly string[];
  /** Of the histograms; 256 unless given, as published. */
  readonly bins?: number;
}

/** What pass 2 draws the picture to. */
export interface PassTwoTargets {
  /** Found only for what counts, and the places that it is refined by; the others go to the first one. */
  readonly mapping: ConsistentMatches;
  /** Where in the painting style is taken from, by layer. */
  readonly targetMasks: ReadonlyMap<string, Plane>;
  readonly grams: ReadonlyMap<string, Tensor>;
  readonly histograms: ReadonlyMap<string, HistogramTarget>;
  readonly masks: ReadonlyMap<string, Plane>;
}

/**
 * The second pass before it starts (sec. 4.2; neural_paint.lua): one mapping, found where pass 1 got to, in which neighbours
 * agree; style is what the matched places of the painting have in common, each counted once.
 */
export async function passTwoTargets(
  vgg: VggNetwork,
  input: PassTwoInput,
  options: CorrelateOptions = {},
): Promise<PassTwoTargets> {
  const { first, painting, tightMask, looseMask, styleLayers, histogramLayers, bins } = input;
  const layers = [...new Set([...styleLayers, ...histogramLayers])];
  const masks = maskPyramid(looseMask);
  const theirs = await vgg.responses(painting, [...new Set([...layers, REFERENCE_LAYER])]);
  const reached = await vgg.responses(first, [REFERENCE_LAYER]);
  const reference = { own: reached.get(REFERENCE_LAYER)!, theirs: theirs.get(REFERENCE_LAYER)! };
  const within = Region.around(coveredPlaces(tightMask, sizeOf(reference.own)))?.grown(REFINE_REACH);
  const mapping = await consistentMatches(
    { ...reference, painting, mask: tightMask },
    { ...options, ...(within ? { within } : {}) },
  );
  const targetMasks = new Map(
    layers.map((layer) => [layer, torch7Nearest(mapping.ring, sizeOf(theirs.get(layer)!))]),
  );
  return {
    mapping,
    targetMasks,
    grams: new Map(
      styleLayers.map((layer) => [layer, gramMatrix(theirs.get(layer)!, targetMasks.get(layer)!)]),
    ),
    histograms: new Map(
      histogramLayers.map((layer) => [
        layer,
        histogramTarget(theirs.get(layer)!, targetMasks.get(layer)!, {
          loose: masks.get(layer)!,
          ...(bins === undefined ? {} : { bins }),
        }),
      ]),
    ),
    masks,
  };
}
