import type { Tensor } from '../tensor/tensor.ts';
import type { VggNetwork } from '../vision/vggNetwork.ts';
import type { CorrelateOptions } from './correlateResponses.ts';
import { gramMatrix } from './gramMatrix.ts';
import { histogramTarget, type HistogramTarget } from './histogramTarget.ts';
import { maskPyramid, selected } from './masks.ts';
import { matchConsistently } from './matchConsistently.ts';
import type { Matches } from './matches.ts';
import { mapChannels, type Plane } from './plane.ts';
import { matchedRing, refineMatches } from './refineMatches.ts';
import { torch7Bilinear, torch7Nearest } from './torch7Resize.ts';

/** The layer that is matched; the others follow it. */
export const REFERENCE_LAYER = 'relu4_1';

export interface PassTwoInput {
  /** What pass 1 made, and the painting: `[1, 3, H, W]`, RGB in [0, 1]. */
  readonly first: Tensor;
  readonly painting: Tensor;
  /** At the size of the picture. */
  readonly tightMask: Plane;
  readonly looseMask: Plane;
  readonly styleLayers: readonly string[];
  readonly histogramLayers: readonly string[];
}

/** What pass 2 draws the picture to. */
export interface PassTwoTargets {
  /** Positions of the reference layer that the object covers. */
  readonly selected: Plane;
  /** The painting at the size of the reference layer. */
  readonly guide: Tensor;
  readonly unrefined: Matches;
  readonly matches: Matches;
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
  const { first, painting, tightMask, looseMask, styleLayers, histogramLayers } = input;
  const layers = [...new Set([...styleLayers, ...histogramLayers])];
  const masks = maskPyramid(looseMask);
  const theirs = await vgg.responses(painting, [...new Set([...layers, REFERENCE_LAYER])]);
  const reached = (await vgg.responses(first, [REFERENCE_LAYER])).get(REFERENCE_LAYER)!;
  const reference = theirs.get(REFERENCE_LAYER)!;
  const covered = torch7Nearest(selected(tightMask, 0.1), sizeOf(reached));
  const guide = mapChannels(painting, (channel) => torch7Bilinear(channel, sizeOf(reference)));
  const unrefined = await matchConsistently(reached, reference, options);
  const matches = refineMatches(unrefined, covered, guide);
  const ring = matchedRing(matches, covered, sizeOf(reference));
  const targetMasks = new Map(
    layers.map((layer) => [layer, torch7Nearest(ring, sizeOf(theirs.get(layer)!))]),
  );
  return {
    selected: covered,
    guide,
    unrefined,
    matches,
    targetMasks,
    grams: new Map(
      styleLayers.map((layer) => [layer, gramMatrix(theirs.get(layer)!, targetMasks.get(layer)!)]),
    ),
    histograms: new Map(
      histogramLayers.map((layer) => [
        layer,
        histogramTarget(theirs.get(layer)!, targetMasks.get(layer)!, masks.get(layer)!),
      ]),
    ),
    masks,
  };
}

function sizeOf({ shape }: Tensor): { width: number; height: number } {
  const [height = 1, width = 1] = shape.slice(-2);
  return { width, height };
}
