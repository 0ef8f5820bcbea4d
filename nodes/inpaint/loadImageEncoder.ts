import { z } from 'zod';
import { withParts } from '../../models/catalog/withParts.ts';
import { defineNode } from '../contract/node.ts';
import { model } from '../contract/parameter.ts';
import { noteModel } from '../diffusion/modelReading.ts';

export const loadImageEncoder = defineNode({
  type: 'inpaint/load-image-encoder',
  version: 1,
  title: 'Load Image Encoder',
  help: 'Opens only Paint by Example’s image encoder, which makes of an exemplar what the denoiser is guided by: from the image_encoder/ folder of diffusers, or out of the whole model. The UNet must be that of Paint by Example, too; Load UNet and Load Autoencoder open the other parts.',
  inputs: {},
  outputs: {
    vision: {
      type: 'visionEncoder',
      title: 'Image encoder',
      help: 'For CLIP Vision Encode and Exemplar Conditioning.',
    },
  },
  params: z.object({
    model: model({
      title: 'Model',
      help: 'An image encoder, or a model with one.',
      default: '',
      roles: ['image-encoder', 'exemplar'],
    }),
  }),

  fingerprint: (params, services) => services.modelHash(params.model),

  async run({ params, services, note }) {
    const opened = withParts(await services.openModel(params.model), 'vision');
    noteModel(note, opened);
    return { vision: opened.vision };
  },
});
