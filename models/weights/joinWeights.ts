import { checkSame, stampsOf } from './fileStamp.ts';
import type { WeightInfo, WeightSource } from './weightSource.ts';

/**
 * The weights of a network and, with `prefix` before their names, those of layers from another file that go into the same
 * graph. The latter count as lying in memory, since onnxruntime takes weights from files of one folder only. Reading
 * them throws WeightsError `changed` when their file is no longer the one that was opened.
 */
export function joinWeights(
  network: WeightSource,
  { prefix, added }: { readonly prefix: string; readonly added: WeightSource },
): WeightSource {
  const tensors = new Map<string, WeightInfo>(network.tensors);
  for (const [name, { dtype, shape }] of added.tensors) tensors.set(prefix + name, { dtype, shape });
  const stamps = stampsOf(added);
  return {
    ...network,
    tensors,
    read: async (name, limit) => {
      const own = name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
      if (own === undefined || !added.tensors.has(own)) return network.read(name, limit);
      const bytes = await added.read(own, limit);
      checkSame(stamps);
      return bytes;
    },
  };
}
