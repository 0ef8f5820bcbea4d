import type { Tensor } from '../../../../../models/tensor/tensor.ts';

/** Of `[1, 3, H, W]`, one number a channel. */
export function channelMeans({ data }: Tensor): number[] {
  const area = data.length / 3;
  return [0, 1, 2].map((channel) => {
    const plane = data.subarray(channel * area, (channel + 1) * area);
    return plane.reduce((sum, value) => sum + value, 0) / area;
  });
}
