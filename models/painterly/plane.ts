import type { Mask } from '../image/picture.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';

/** One value a position, rows from the top: a mask, or a channel. */
export type Plane = Mask;

export function plane(width: number, height: number): Plane {
  return { width, height, data: new Float32Array(width * height) };
}

/** 1 at every position. */
export function everywhere({ width, height }: { readonly width: number; readonly height: number }): Plane {
  return { width, height, data: new Float32Array(width * height).fill(1) };
}

/** The channels of `[1, C, H, W]` (or `[C, H, W]`) that a function makes of each. */
export function mapChannels({ shape, data }: Tensor, change: (channel: Plane) => Plane): Tensor {
  const [height = 1, width = 1] = shape.slice(-2);
  const area = height * width;
  const channels = Array.from({ length: data.length / area }, (_, i) =>
    change({ width, height, data: data.subarray(i * area, (i + 1) * area) }),
  );
  const [first] = channels;
  const result = tensor([...shape.slice(0, -2), first?.height ?? height, first?.width ?? width]);
  for (const [i, channel] of channels.entries()) result.data.set(channel.data, i * channel.data.length);
  return result;
}
