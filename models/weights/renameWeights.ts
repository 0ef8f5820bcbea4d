import type { WeightInfo, WeightSource } from './weightSource.ts';
import { WeightsError } from './weightsError.ts';

/**
 * A view of a source under other names; what `rename` answers undefined for is left out. Messages about a tensor
 * keep the name it has in the file.
 */
export function renameWeights(
  source: WeightSource,
  rename: (name: string) => string | undefined,
): WeightSource {
  const tensors = new Map<string, WeightInfo>();
  const original = new Map<string, string>();
  for (const [name, info] of source.tensors) {
    const renamed = rename(name);
    if (renamed === undefined) continue;
    if (tensors.has(renamed)) {
      const message = `'${name}' and '${original.get(renamed)}' are the same weight`;
      throw new WeightsError('duplicate-name', source.title, message);
    }
    tensors.set(renamed, info);
    original.set(renamed, name);
  }
  return {
    title: source.title,
    tensors,
    read: (name, limit) => source.read(original.get(name) ?? name, limit),
  };
}
