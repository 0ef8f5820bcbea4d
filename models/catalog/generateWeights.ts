import { autoencoderDecoder, autoencoderEncoder } from '../architectures/autoencoderKL.ts';
import { autoencoderTinyDecoder, autoencoderTinyEncoder } from '../architectures/autoencoderTiny.ts';
import type { AutoencoderTinyConfig } from '../architectures/autoencoderTinyConfig.ts';
import type { AutoencoderConfig } from '../architectures/autoencoderConfig.ts';
import { unet2dCondition } from '../architectures/unet2dCondition.ts';
import type { UNetConfig } from '../architectures/unetConfig.ts';
import type { Graph } from '../graph/graph.ts';
import type { LayerOptions } from '../layers/layerContext.ts';
import { elementCount } from '../tensor/tensor.ts';
import type { Parameters } from '../weights/parameters.ts';
import type { WeightInfo, WeightSource } from '../weights/weightSource.ts';
import { WeightsError } from '../weights/weightsError.ts';

/** Which network to make weights for. */
export type GeneratedNetwork =
  | { readonly kind: 'unet'; readonly config: UNetConfig }
  | { readonly kind: 'autoencoder'; readonly config: AutoencoderConfig }
  | { readonly kind: 'tiny autoencoder'; readonly config: AutoencoderTinyConfig };

/**
 * Deterministic weights for a network of any size, under diffusers names and made when they are read: for measuring
 * speed and memory where no trained weights are at hand. Magnitudes keep every layer's output near its input's (uniform
 * in +-sqrt(3 / fan-in); norms have scale 1), so that nothing overflows.
 */
export function generateWeights(network: GeneratedNetwork, seed = 1): WeightSource {
  const tensors = namesAndShapes(network);
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

/** Builds the network once with parameters that only write down what they are asked for. */
function namesAndShapes(network: GeneratedNetwork): ReadonlyMap<string, WeightInfo> {
  const tensors = new Map<string, WeightInfo>();
  const recorder: Parameters = {
    value: (graph, name, shape) => {
      tensors.set(name, { dtype: 'float32', shape });
      const existing = graph.initializers.get(name);
      const data = { kind: 'memory', bytes: new Uint8Array(0) } as const;
      return existing?.value ?? graph.initializer(name, { shape, dtype: 'float32' }, data);
    },
  };
  const how: LayerOptions = { parameters: recorder, attention: 'plain' };
  for (const build of builders(network)) build(how);
  return tensors;
}

function builders(network: GeneratedNetwork): ((how: LayerOptions) => Graph)[] {
  if (network.kind === 'unet') {
    const { config } = network;
    return [(how) => unet2dCondition({ ...how, config, height: 8, width: 8 })];
  }
  if (network.kind === 'tiny autoencoder') {
    const { config } = network;
    const side = 2 ** (config.encoderBlocks.length - 1);
    return [
      (how) => autoencoderTinyEncoder({ ...how, config, height: side, width: side }),
      (how) => autoencoderTinyDecoder({ ...how, config, height: 1, width: 1 }),
    ];
  }
  const { config } = network;
  const side = 8 * 2 ** (config.blockOutChannels.length - 1);
  return [
    (how) => autoencoderEncoder({ ...how, config, height: side, width: side }),
    (how) => autoencoderDecoder({ ...how, config, height: 8, width: 8 }),
  ];
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
