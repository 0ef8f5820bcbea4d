import type { Tensor } from '../tensor/tensor.ts';
import { BINS, channelHistograms, rankedValues, type ChannelHistograms } from './channelHistograms.ts';
import { selected } from './masks.ts';
import type { Plane } from './plane.ts';

/** A layer's positions that take part in its histogram, and the values that they take on, smallest first. */
export interface HistogramTarget {
  readonly mask: Plane;
  readonly histograms: ChannelHistograms;
  /** `[C, positions]` */
  readonly ranked: Tensor;
}

/** What the positions under a loose mask take on of the painting's responses, there where its own mask is. */
export function histogramTarget(
  responses: Tensor,
  theirs: Plane,
  { loose, bins = BINS }: { readonly loose: Plane; readonly bins?: number },
): HistogramTarget {
  const mask = selected(loose, 0.1);
  const positions = mask.data.reduce((sum, value) => sum + value, 0);
  const histograms = channelHistograms(responses, theirs, { positions, bins });
  return { mask, histograms, ranked: rankedValues(histograms) };
}
