import { TorchGenerator } from '../../models/sampling/torchGenerator.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import { z } from 'zod';
import { integer, seed } from '../contract/parameter.ts';

/** Standard normal noise `[B, C, h, w]` with the numbers of PyTorch's CPU generator, so that seeds can be shared. */
export function seededNoise(digits: string, shape: readonly number[]): Tensor {
  return new TorchGenerator(BigInt(digits)).randn(shape);
}

/** What Noise and Empty Latent have in common: a size in pixels. */
export const sizeParams = {
  width: integer({
    title: 'Width',
    help: 'Of the picture to make.',
    default: 256,
    min: 8,
    max: 4096,
    step: 8,
    unit: 'px',
  }),
  height: integer({
    title: 'Height',
    help: 'Of the picture to make.',
    default: 256,
    min: 8,
    max: 4096,
    step: 8,
    unit: 'px',
  }),
};

export const seedParam = seed({
  title: 'Seed',
  help: 'The same seed always gives the same noise: the numbers of PyTorch on a CPU, so seeds from there work here. Like PyTorch, it uses the lowest 32 bits.',
  default: '22',
});

export const noiseParams = z.object({ ...sizeParams, seed: seedParam });
