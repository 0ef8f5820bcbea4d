import { defineNode } from '../contract/node.ts';
import { checkSize } from './checkLatent.ts';
import { noiseParams, seededNoise } from './seededNoise.ts';

export const noise = defineNode({
  type: 'latent/noise',
  version: 1,
  title: 'Noise',
  help: 'Random noise of the right shape for a model: the start of a picture made from nothing, or what Add Noise mixes into a latent. The seed decides it completely, and gives the same numbers as PyTorch on a CPU.',
  inputs: {
    autoencoder: { type: 'autoencoder', title: 'Autoencoder', help: 'Tells how large a latent cell is.' },
    like: {
      type: 'latent',
      title: 'Same size as',
      help: 'Takes its size from this latent instead of from width and height.',
      optional: true,
    },
  },
  outputs: { latent: { type: 'latent', title: 'Noise', help: 'Mean 0, standard deviation 1.' } },
  params: noiseParams,

  async run({ inputs, params }) {
    const { like, autoencoder } = inputs;
    const { downscale, latentChannels } = autoencoder;
    if (like)
      return { latent: { samples: seededNoise(params.seed, like.samples.shape), downscale: like.downscale } };
    checkSize(params, autoencoder, 'width');
    const shape = [1, latentChannels, params.height / downscale, params.width / downscale];
    return { latent: { samples: seededNoise(params.seed, shape), downscale } };
  },
});
