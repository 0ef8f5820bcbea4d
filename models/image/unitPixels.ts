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
