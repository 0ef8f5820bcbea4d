import type { Tensor } from '../tensor/tensor.ts';
import type { Plane } from './plane.ts';

/** As published. */
export const BINS = 256;

/** How often a channel's responses take which values, scaled to another number of positions. */
export interface ChannelHistograms {
  readonly channels: number;
  /** `[C]` each. */
  readonly min: Float32Array;
  readonly max: Float32Array;
  readonly bins: number;
  /** `[C, bins]`: they add up to `positions` for each channel. */
  readonly counts: Float64Array;
  readonly positions: number;
}

/**
 * Histograms of the responses `[1, C, h, w]` where the mask is not 0, scaled to so many positions. A channel of one value is
 * counted from 1 below to 1 above it. Empty (min and max 0) for an empty mask.
 */
export function channelHistograms(
  { shape, data }: Tensor,
  mask: Plane,
  { positions, bins }: Pick<ChannelHistograms, 'positions' | 'bins'>,
): ChannelHistograms {
  const [, channels = 0] = shape;
  const area = mask.data.length;
  const places = Uint32Array.from(mask.data.keys()).filter((i) => mask.data[i] !== 0);
  const [min, max] = [new Float32Array(channels), new Float32Array(channels)];
  const counts = new Float64Array(channels * bins);
  for (let channel = 0; channel < channels && places.length > 0; channel++) {
    const values = Float32Array.from(places, (place) => data[channel * area + place]!);
    min[channel] = values.reduce((least, value) => Math.min(least, value), Infinity);
    max[channel] = values.reduce((most, value) => Math.max(most, value), -Infinity);
    const flat = min[channel] === max[channel] ? 1 : 0;
    const [low, high] = [min[channel]! - flat, max[channel]! + flat];
    const found = new Float64Array(bins);
    for (const value of values)
      found[Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))]! += 1;
    counts.set(
      found.map((count) => (count * positions) / places.length),
      channel * bins,
    );
  }
  return { channels, bins, min, max, counts, positions };
}

/**
 * The values that a channel's responses take on when they are remapped to the histogram, by rank: `[C, positions]`, smallest
 * first. The k-th smallest response becomes the k-th of these (neural_gram.lua and cuda_utils.cu, hist_remap).
 */
export function rankedValues({ channels, bins, min, max, counts, positions }: ChannelHistograms): Tensor {
  const data = new Float32Array(channels * positions);
  for (let channel = 0; channel < channels; channel++) {
    const histogram = counts.subarray(channel * bins, (channel + 1) * bins);
    const width = (max[channel]! - min[channel]!) / bins;
    let [bin, sum] = [0, histogram[0]!];
    for (let rank = 0; rank < positions; rank++) {
      // Half a position more in the end, where sums of fractions may fall short.
      while (bin < bins - 1 && rank >= sum) sum += histogram[++bin]!;
      const ratio = (rank - (sum - histogram[bin]!)) / (histogram[bin]! + 1e-8);
      data[channel * positions + rank] = min[channel]! + (bin + Math.min(1, Math.max(0, ratio))) * width;
    }
  }
  return { shape: [channels, positions], data };
}

/** Responses `[1, C, h, w]` remapped where the mask is not 0; equal ones are ranked in raster order. */
export function remapResponses({ shape, data }: Tensor, mask: Plane, ranked: Tensor): Tensor {
  const [, channels = 0] = shape;
  const area = mask.data.length;
  const places = Uint32Array.from(mask.data.keys()).filter((i) => mask.data[i] !== 0);
  const result = data.slice();
  for (let channel = 0; channel < channels; channel++) {
    const values = data.subarray(channel * area, (channel + 1) * area);
    const order = places.slice().sort((a, b) => values[a]! - values[b]! || a - b);
    for (const [rank, place] of order.entries())
      result[channel * area + place] = ranked.data[channel * places.length + rank]!;
  }
  return { shape, data: result };
}
