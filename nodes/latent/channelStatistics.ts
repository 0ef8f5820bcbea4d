import type { Tensor } from '../../models/tensor/tensor.ts';

export interface ChannelStatistics {
  readonly channel: number;
  readonly mean: number;
  /** Unbiased. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** Statistics of every channel of `[B, C, h, w]`, over batch, rows and columns. */
export function channelStatistics({ shape, data }: Tensor): ChannelStatistics[] {
  const [rows = 1, channels = 1] = shape;
  const area = data.length / rows / channels;
  return Array.from({ length: channels }, (_, channel) => {
    let [sum, squares, min, max] = [0, 0, Infinity, -Infinity];
    for (let row = 0; row < rows; row += 1) {
      const start = (row * channels + channel) * area;
      for (const value of data.subarray(start, start + area)) {
        sum += value;
        squares += value * value;
        if (value < min) min = value;
        if (value > max) max = value;
      }
    }
    const count = rows * area;
    const mean = sum / count;
    const variance = count > 1 ? Math.max(0, squares - count * mean * mean) / (count - 1) : 0;
    return { channel, mean, std: Math.sqrt(variance), min, max };
  });
}

/** Mean and standard deviation over the whole tensor: two numbers for curves. */
export function overallStatistics({ data }: Tensor): { mean: number; std: number } {
  let [sum, squares] = [0, 0];
  for (const value of data) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / data.length;
  return { mean, std: Math.sqrt(Math.max(0, squares / data.length - mean * mean)) };
}
