import { elementCount } from '../tensor/tensor.ts';
import type { WeightInfo, WeightSource } from '../weights/weightSource.ts';
import { WeightsError } from '../weights/weightsError.ts';
import { networkTensors, type BuiltNetwork } from './networkTensors.ts';

/**
 * Deterministic weights for a network of any size, under diffusers names and made when they are read: for measuring
 * speed and memory where no trained weights are at hand. Magnitudes keep every layer's output near its input's (uniform
 * in +-sqrt(3 / fan-in); norms have scale 1), so that nothing overflows.
 */
export function generateWeights(network: BuiltNetwork, seed = 1): WeightSource {
  const shapes = networkTensors(network);
  const tensors = new Map<string, WeightInfo>(
    [...shapes].map(([name, shape]) => [name, { dtype: 'float32', shape }]),
  );
  const title = `generated ${network.kind} weights`;
  return {
    title,
    tensors,
    read: async (name, limit) => {
      const info = tensors.get(name);
      if (!info) throw new WeightsError('missing-tensor', title, `no tensor '${name}'`);
      return new Uint8Array(generate(name, info.shape, seed).buffer).subarray(0, limit);
    },
  };
}

function generate(name: string, shape: readonly number[], seed: number): Float32Array {
  const values = new Float32Array(elementCount(shape));
  if (shape.length === 1) return values.fill(name.endsWith('.weight') ? 1 : 0);
  const scale = Math.sqrt(3 / elementCount(shape.slice(1))) / 2 ** 31;
  // xorshift32: cheap, and a billion values have to be made.
  let state = hashName(name) ^ Math.imul(seed, 0x9e3779b1) || 1;
  for (let i = 0; i < values.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[i] = state * scale;
  }
  return values;
}

/** FNV-1a. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash | 0;
}
