import { z } from 'zod';
import { withParts } from '../../models/catalog/withParts.ts';
import { defineNode } from '../contract/node.ts';
import { model } from '../contract/parameter.ts';
import { noteModel } from './modelReading.ts';

export const loadTextEncoder = defineNode({
  type: 'diffusion/load-text-encoder',
  version: 1,
  title: 'Load Text Encoder',
  help: 'Opens only the text encoder, which turns prompts into what a denoiser is guided by: from a file that holds nothing else, or out of a whole model. It must be the one that the denoiser was trained with.',
  inputs: {},
  outputs: {
    text: { type: 'textEncoder', title: 'Text encoder', help: 'Turns prompts into conditionings.' },
  },
  params: z.object({
    model: model({
      title: 'Model',
      help: 'A text encoder, or a model with one.',
      default: '',
      roles: ['text-encoder', 'diffusion', 'inpainting'],
    }),
  }),

  fingerprint: (params, services) => services.modelHash(params.model),

  async run({ params, services, note }) {
    const opened = withParts(await services.openModel(params.model), 'text');
    noteModel(note, opened);
    return { text: opened.text };
  },
});
