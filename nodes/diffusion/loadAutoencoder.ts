import { z } from 'zod';
import { withParts } from '../../models/catalog/withParts.ts';
import { defineNode } from '../contract/node.ts';
import { model } from '../contract/parameter.ts';
import { noteModel } from './modelReading.ts';

export const loadAutoencoder = defineNode({
  type: 'diffusion/load-autoencoder',
  version: 1,
  title: 'Load Autoencoder',
  help: 'Opens only the autoencoder (VAE), which turns pictures into latents and back: from a file that holds nothing else, or out of a whole model. Wire it in the place of the one that came with the denoiser, which must have learnt the same latents.',
  inputs: {},
  outputs: {
    autoencoder: { type: 'autoencoder', title: 'Autoencoder', help: 'Pictures to latents and back.' },
  },
  params: z.object({
    model: model({
      title: 'Model',
      help: 'An autoencoder, or a model with one.',
      default: 'builtin',
      roles: ['autoencoder', 'diffusion', 'inpainting', 'exemplar'],
    }),
  }),

  fingerprint: (params, services) => services.modelHash(params.model),

  async run({ params, services, note }) {
    const opened = withParts(await services.openModel(params.model), 'autoencoder');
    noteModel(note, opened);
    return { autoencoder: opened.autoencoder };
  },
});
