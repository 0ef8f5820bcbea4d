import { fromFloat16 } from '../tensor/float16.ts';
import type { WeightSource } from './weightSource.ts';
import { WeightsError } from './weightsError.ts';

/** A tensor's values as float32, in memory of their own. Throws WeightsError for an unknown name or values that are no floats. */
export async function readFloat32(source: WeightSource, name: string): Promise<Float32Array> {
  const { buffer } = (await source.read(name)).slice();
  const dtype = source.tensors.get(name)?.dtype;
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float16':
      return fromFloat16(new Uint16Array(buffer));
    case 'bfloat16':
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
    case 'float64':
      return Float32Array.from(new Float64Array(buffer));
    default:
      throw new WeightsError('dtype', source.title, `'${name}' has values of type ${dtype}; expected floats`);
  }
}
