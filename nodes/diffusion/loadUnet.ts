import { z } from 'zod';
import { withParts } from '../../models/catalog/withParts.ts';
import { defineNode } from '../contract/node.ts';
import { model } from '../contract/parameter.ts';
import { noteModel, readingParams, readingOf } from './modelReading.ts';

export const loadUnet = defineNode({
  type: 'diffusion/load-unet',
  version: 1,
  title: 'Load UNet',
  help: 'Opens only the network that removes noise: from a file that holds nothing else, or out of a whole model. A file without a text encoder knows no empty prompt: wire the denoiser through Guidance with a Prompt.',
  inputs: {},
  outputs: {
    denoiser: {
      type: 'denoiser',
      title: 'Denoiser',
      help: 'Predicts the noise in a latent; can be patched.',
    },
  },
  params: z.object({
    model: model({
      title: 'Model',
      help: 'A UNet, or a model with one.',
      default: 'builtin',
      roles: ['unet', 'diffusion', 'inpainting', 'exemplar'],
    }),
    ...readingParams,
  }),

  fingerprint: (params, services) => services.modelHash(params.model, readingOf(params)),

  async run({ params, services, note }) {
    const opened = withParts(await services.openModel(params.model, readingOf(params)), 'denoiser');
    noteModel(note, opened);
    return { denoiser: opened.denoiser };
  },
});
