import type { ElementType } from '../graph/elementType.ts';
import { WeightsError } from './weightsError.ts';
import type { WeightInfo, WeightSource } from './weightSource.ts';

export interface MemoryTensor {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  /** Little-endian, row-major. */
  readonly bytes: Uint8Array;
}

/** A weight source over tensors in memory. */
export function memoryWeights(title: string, tensors: ReadonlyMap<string, MemoryTensor>): WeightSource {
  const infos = new Map<string, WeightInfo>();
  for (const [name, { dtype, shape }] of tensors) infos.set(name, { dtype, shape });
  return {
    title,
    tensors: infos,
    read: async (name, limit) => {
      const found = tensors.get(name);
      if (!found) throw new WeightsError('missing-tensor', title, `no tensor '${name}'`);
      return found.bytes.subarray(0, limit);
    },
  };
}
