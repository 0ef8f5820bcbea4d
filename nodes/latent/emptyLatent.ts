import { tensor } from '../../models/tensor/tensor.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { checkSize } from './checkLatent.ts';
import { sizeParams } from './seededNoise.ts';

export const emptyLatent = defineNode({
  type: 'latent/empty',
  version: 1,
  title: 'Empty Latent',
  help: 'A latent of zeros: an even grey for most models. Add Noise makes a starting point of it; on its own it shows what a model does without any.',
  inputs: {
    autoencoder: { type: 'autoencoder', title: 'Autoencoder', help: 'Tells how large a latent cell is.' },
  },
  outputs: { latent: { type: 'latent', title: 'Latent', help: 'All zeros.' } },
  params: z.object(sizeParams),

  async run({ inputs, params }) {
    const { downscale, latentChannels } = inputs.autoencoder;
    checkSize(params, inputs.autoencoder, 'width');
    const shape = [1, latentChannels, params.height / downscale, params.width / downscale];
    return { latent: { samples: tensor(shape), downscale } };
  },
});
