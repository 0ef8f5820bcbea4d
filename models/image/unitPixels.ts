import { tensor, type Tensor } from '../tensor/tensor.ts';
import type { Picture } from './picture.ts';

/** `[1, 3, H, W]`, RGB in [0, 1]. */
export function pictureToTensor({ width, height, data }: Picture): Tensor {
  const result = tensor([1, 3, height, width]);
  const area = width * height;
  for (let i = 0; i < area; i++)
    for (let channel = 0; channel < 3; channel++)
      result.data[channel * area + i] = data[i * 3 + channel]! / 255;
  return result;
}

/** `[1, 3, H, W]`, RGB, clipped to [0, 1] and rounded to 8 bits. */
export function tensorToPicture({ shape, data }: Tensor): Picture {
  const [height = 0, width = 0] = shape.slice(-2);
  const area = width * height;
  const bytes = new Uint8Array(area * 3);
  for (let i = 0; i < area; i++)
    for (let channel = 0; channel < 3; channel++)
      bytes[i * 3 + channel] = Math.round(255 * Math.min(1, Math.max(0, data[channel * area + i]!)));
  return { width, height, data: bytes };
}
