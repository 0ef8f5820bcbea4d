import { tensor, type Tensor } from './tensor.ts';

/** Batches `[B, ...]` that agree but for B, one behind the other. */
export function stackRows(parts: readonly Tensor[]): Tensor {
  const rest = parts[0]!.shape.slice(1);
  const all = tensor([parts.reduce((sum, part) => sum + part.shape[0]!, 0), ...rest]);
  let offset = 0;
  for (const { data } of parts) {
    all.data.set(data, offset);
    offset += data.length;
  }
  return all;
}
