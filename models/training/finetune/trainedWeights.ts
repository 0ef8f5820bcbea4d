import type { WeightInfo, WeightSource } from '../../weights/weightSource.ts';

/** A source in which some tensors have new values, as float32; the others stay as they are stored. */
export function trainedWeights(
  source: WeightSource,
  trained: ReadonlyMap<string, Float32Array>,
): WeightSource {
  const infos = [...source.tensors].map(([name, { shape, ...info }]): [string, WeightInfo] => [
    name,
    trained.has(name) ? { dtype: 'float32', shape } : { shape, ...info },
  ]);
  return {
    title: source.title,
    tensors: new Map(infos),
    read: async (name, limit) => {
      const values = trained.get(name);
      if (!values) return source.read(name, limit);
      return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).subarray(0, limit);
    },
  };
}
