import { tensor, type Tensor } from '../../../../models/tensor/tensor.ts';

/** One entry along the first axis, without that axis. */
export function row({ shape, data }: Tensor, index: number): Tensor {
  const [count = 1, ...rest] = shape;
  const size = data.length / count;
  return tensor(rest, data.slice(index * size, (index + 1) * size));
}
