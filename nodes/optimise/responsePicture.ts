import { resizePicture } from '../../models/image/resizePicture.ts';
import type { Picture } from '../../models/image/picture.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';

/** How strongly a layer answers at every place, black to white, at the size of the picture that it looked at. */
export function responsePicture({ shape, data }: Tensor, size: { width: number; height: number }): Picture {
  const [, channels = 1, height = 1, width = 1] = shape;
  const area = height * width;
  const means = new Float32Array(area);
  for (let channel = 0; channel < channels; channel++)
    for (let i = 0; i < area; i++) means[i]! += Math.abs(data[channel * area + i]!) / channels;
  const [least, most] = means.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)] as [number, number],
    [Infinity, -Infinity] as [number, number],
  );
  const bytes = new Uint8Array(area * 3);
  for (let i = 0; i < area; i++)
    bytes.fill((255 * (means[i]! - least)) / (most - least || 1), i * 3, i * 3 + 3);
  return resizePicture({ width, height, data: bytes }, { ...size, filter: 'nearest' });
}
