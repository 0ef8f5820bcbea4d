import { pixelsToPicture } from '../../models/image/picturePixels.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { choice } from '../contract/parameter.ts';
import { checkChannels, checkFinite } from './checkLatent.ts';

export const decode = defineNode({
  type: 'latent/decode',
  version: 1,
  title: 'Decode',
  help: 'Turns a latent back into a picture with the autoencoder of the model that made it.',
  inputs: {
    latent: { type: 'latent', title: 'Latent', help: 'What a sampler gives.' },
    autoencoder: { type: 'autoencoder', title: 'Autoencoder', help: 'From the same Load Diffusion Model.' },
  },
  outputs: { image: { type: 'image', title: 'Image', help: 'The picture, 8 bits a channel.' } },
  params: z.object({
    rounding: choice({
      title: 'Rounding',
      help: 'How values become whole numbers from 0 to 255: cut off as StyleID does, or to the nearest.',
      default: 'truncate',
      choices: { truncate: 'Cut off (as StyleID)', round: 'To the nearest' },
      advanced: true,
    }),
  }),

  async run({ inputs, params }) {
    const { latent, autoencoder } = inputs;
    checkChannels(latent, autoencoder.latentChannels, 'the autoencoder');
    const pixels = await autoencoder.decode(latent.samples);
    checkFinite(pixels, 'The decoded picture');
    return { image: pixelsToPicture(pixels, { rounding: params.rounding }) };
  },
});
