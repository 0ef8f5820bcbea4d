import { tensor } from '../../../../models/tensor/tensor.ts';
import type { Tensor } from '../../../../models/tensor/tensor.ts';

/** `[B, tokens, heads * d]` as the authors hold it: `[B * heads, tokens, d]`. */
export function splitHeads({ shape, data }: Tensor, heads: number): Tensor {
  const [rows = 1, tokens = 1, channels = 1] = shape;
  const size = channels / heads;
  const split = tensor([rows * heads, tokens, size]);
  for (let row = 0; row < rows; row++) {
    for (let token = 0; token < tokens; token++) {
      for (let head = 0; head < heads; head++) {
        const from = (row * tokens + token) * channels + head * size;
        split.data.set(data.subarray(from, from + size), ((row * heads + head) * tokens + token) * size);
      }
    }
  }
  return split;
}
