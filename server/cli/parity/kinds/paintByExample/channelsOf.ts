import { tensor, type Tensor } from '../../../../../models/tensor/tensor.ts';

/** Channels `from` to `to` (not included) of `[B, C, h, w]`. */
export function channelsOf({ shape, data }: Tensor, from: number, to: number): Tensor {
  const [rows = 1, count = 1, height = 1, width = 1] = shape;
  const area = height * width;
  const taken = tensor([rows, to - from, height, width]);
  for (let row = 0; row < rows; row++) {
    const part = data.subarray((row * count + from) * area, (row * count + to) * area);
    taken.data.set(part, row * (to - from) * area);
  }
  return taken;
}
