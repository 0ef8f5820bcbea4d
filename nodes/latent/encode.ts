import { picturesToPixels } from '../../models/image/picturePixels.ts';
import { samplePosterior } from '../../models/sampling/samplePosterior.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { choice } from '../contract/parameter.ts';
import { checkFinite, checkSize, shapeText } from './checkLatent.ts';
import { seededNoise, seedParam } from './seededNoise.ts';

export const encode = defineNode({
  type: 'latent/encode',
  version: 1,
  title: 'Encode',
  help: 'Turns a picture into a latent, the small tensor that the diffusion model works on. The encoder answers a distribution; the authors of StyleID draw a sample from it, which the seed decides. The mean is a little smoother and needs no seed.',
  inputs: {
    image: { type: 'image', title: 'Image', help: 'Width and height in multiples of 8.' },
    autoencoder: { type: 'autoencoder', title: 'Autoencoder', help: 'From Load Diffusion Model.' },
  },
  outputs: {
    latent: { type: 'latent', title: 'Latent', help: 'Clean and scaled, ready for Invert or Add Noise.' },
  },
  params: z.object({
    take: choice({
      title: 'Take',
      help: 'What of the distribution becomes the latent.',
      default: 'sample',
      choices: { sample: 'A sample (as StyleID)', mean: 'The mean' },
      advanced: true,
    }),
    seed: seedParam,
  }),

  async run({ inputs, params, note }) {
    const { image, autoencoder } = inputs;
    checkSize(image, autoencoder, 'image');
    const posterior = await autoencoder.encode(picturesToPixels([image]));
    const noise = params.take === 'sample' ? seededNoise(params.seed, posterior.mean.shape) : undefined;
    const samples = samplePosterior(posterior, autoencoder.scalingFactor, noise);
    checkFinite(samples, 'The encoded picture');
    note('shape', shapeText(samples));
    return { latent: { samples, downscale: autoencoder.downscale } };
  },
});
