import { z } from 'zod';
import { withParts } from '../../models/catalog/withParts.ts';
import { defineNode } from '../contract/node.ts';
import { model } from '../contract/parameter.ts';
import { noteModel } from '../diffusion/modelReading.ts';

export const loadExemplarModel = defineNode({
  type: 'inpaint/load-exemplar-model',
  version: 1,
  title: 'Load Exemplar Model',
  help: 'Opens Paint by Example: a diffusion model that fills a hole in a picture with what another picture shows. It is its authors’ model.ckpt, or the diffusers folder with unet/, vae/ and image_encoder/. Instead of a text encoder it has one for pictures.',
  inputs: {},
  outputs: {
    denoiser: { type: 'denoiser', title: 'Denoiser', help: 'For Inpaint Conditioning.' },
    autoencoder: { type: 'autoencoder', title: 'Autoencoder', help: 'Pictures to latents and back.' },
    vision: {
      type: 'visionEncoder',
      title: 'Image encoder',
      help: 'For CLIP Vision Encode and Exemplar Conditioning.',
    },
  },
  params: z.object({
    model: model({
      title: 'Model',
      help: 'Paint by Example, as its authors or as diffusers publish it.',
      default: '',
      roles: ['exemplar'],
    }),
  }),

  fingerprint: (params, services) => services.modelHash(params.model),

  async run({ params, services, note }) {
    const opened = await services.openModel(params.model);
    const { denoiser, autoencoder, vision } = withParts(opened, 'vision', 'denoiser', 'autoencoder');
    noteModel(note, opened);
    return { denoiser, autoencoder, vision };
  },
});
