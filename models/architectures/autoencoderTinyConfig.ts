import { z } from 'zod';
import { ModelError } from './modelError.ts';
import { parseConfig } from './parseConfig.ts';
import type { TensorShapes } from './tensorShapes.ts';

/** What `autoencoderTiny` is built from. */
export interface AutoencoderTinyConfig {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly latentChannels: number;
  readonly channels: number;
  /** Residual blocks of each stage, between which the size doubles; empty when the weights have no such half. */
  readonly encoderBlocks: readonly number[];
  readonly decoderBlocks: readonly number[];
}

/** Fields of diffusers' AutoencoderTiny that the shapes of the weights do not show, with the only values built here. */
const supported: Readonly<Record<string, readonly unknown[]>> = {
  act_fn: ['relu'],
  upsample_fn: ['nearest'],
  upsampling_scaling_factor: [2],
  latent_magnitude: [3],
  scaling_factor: [1],
  shift_factor: [0],
};

/** Refuses a diffusers `config.json` that asks for something else than TAESD. Throws ModelError naming the field. */
export function checkAutoencoderTinyConfig(json: unknown, file: string): void {
  parseConfig({ json, file, schema: z.looseObject({}), supported });
}

/** Reads the configuration off the shapes of a tiny autoencoder in diffusers naming. Throws ModelError. */
export function autoencoderTinyConfigFromShapes(shapes: TensorShapes, file: string): AutoencoderTinyConfig {
  const [decoder, encoder] = [half(shapes, 'decoder'), half(shapes, 'encoder')];
  if (!decoder) {
    const message = `${file}: this holds the encoder of a tiny autoencoder only; previews need its decoder (taesd_decoder)`;
    throw new ModelError('layout', message);
  }
  return {
    inChannels: encoder?.first[1] ?? 3,
    outChannels: decoder.last[0]!,
    latentChannels: decoder.first[1]!,
    channels: decoder.first[0]!,
    encoderBlocks: encoder?.blocks ?? [],
    decoderBlocks: decoder.blocks,
  };
}

interface Half {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly blocks: readonly number[];
}

/** Walks the numbered layers: residual blocks, and between stages one convolution. */
function half(shapes: TensorShapes, name: 'encoder' | 'decoder'): Half | undefined {
  const shapeOf = (layer: number) => shapes.get(`${name}.layers.${layer}.weight`);
  const first = shapeOf(0);
  if (!first) return undefined;
  const layers = [...shapes.keys()].flatMap((key) => {
    const found = new RegExp(`^${name}\\.layers\\.(\\d+)\\.`).exec(key);
    return found ? [Number(found[1])] : [];
  });
  const end = Math.max(...layers);
  const blocks = [0];
  for (let layer = 1; layer < end; layer++) {
    if (shapes.has(`${name}.layers.${layer}.conv.0.weight`)) blocks[blocks.length - 1]!++;
    else if (shapeOf(layer)) blocks.push(0);
  }
  return { first, last: shapeOf(end) ?? first, blocks };
}
