import type { Tensor } from '../tensor/tensor.ts';
import type { CorrelateOptions } from './correlateResponses.ts';
import { coveredPlaces } from './coveredPlaces.ts';
import { matchConsistently } from './matchConsistently.ts';
import type { Matches } from './matches.ts';
import { mapChannels, type Plane } from './plane.ts';
import { matchedRing, refineMatches } from './refineMatches.ts';
import { sizeOf } from './sizeOf.ts';
import { torch7Bilinear } from './torch7Resize.ts';

/** The layer that is matched; the others follow it. */
export const REFERENCE_LAYER = 'relu4_1';

export interface ConsistentInput {
  /** Responses of the reference layer `[1, C, h, w]` to the picture and to the painting. */
  readonly own: Tensor;
  readonly theirs: Tensor;
  /** `[1, 3, H, W]` */
  readonly painting: Tensor;
  /** The places whose matches count, at any size. */
  readonly mask: Plane;
}

/** One mapping in which neighbours agree. */
export interface ConsistentMatches {
  /** Positions of the reference layer that count. */
  readonly selected: Plane;
  /** The painting at the size of the reference layer. */
  readonly guide: Tensor;
  readonly unrefined: Matches;
  readonly matches: Matches;
  /** Where in the painting they were found: 1 there and around, at the size of the reference layer. */
  readonly ring: Plane;
}

/** Deep Painterly Harmonization's second mapping (sec. 4.2; neural_paint.lua). */
export async function consistentMatches(
  { own, theirs, painting, mask }: ConsistentInput,
  options: CorrelateOptions = {},
): Promise<ConsistentMatches> {
  const selected = coveredPlaces(mask, sizeOf(own));
  const guide = mapChannels(painting, (channel) => torch7Bilinear(channel, sizeOf(theirs)));
  const unrefined = await matchConsistently(own, theirs, options);
  const matches = refineMatches(unrefined, selected, guide);
  return { selected, guide, unrefined, matches, ring: matchedRing(matches, selected, sizeOf(theirs)) };
}
