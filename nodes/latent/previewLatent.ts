import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { checkChannels } from './checkLatent.ts';

export const previewLatent = defineNode({
  type: 'latent/preview',
  version: 1,
  title: 'Latent Preview',
  help: 'A quick look at a latent without decoding it: every cell becomes one pixel by a linear map that was fitted for this autoencoder. Good for seeing what is in a noisy or inverted latent; use Decode for the real picture.',
  inputs: {
    latent: { type: 'latent', title: 'Latent', help: 'Any latent.' },
    autoencoder: { type: 'autoencoder', title: 'Autoencoder', help: 'The one that the latent belongs to.' },
  },
  outputs: { image: { type: 'image', title: 'Image', help: 'One pixel a latent cell.' } },
  params: z.object({}),
  showsPictures: true,
  isOutput: true,

  async run({ inputs, services, show }) {
    const { latent, autoencoder } = inputs;
    checkChannels(latent, autoencoder.latentChannels, 'the autoencoder');
    const image = await services.previewLatent(latent.samples, autoencoder);
    await show({ slot: 'image', picture: image });
    return { image };
  },
});
