import { z } from 'zod';
import { withParts } from '../../models/catalog/withParts.ts';
import { noTextEncoder } from '../../models/text/noTextEncoder.ts';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { model } from '../contract/parameter.ts';
import { noteModel, readingParams, readingOf } from './modelReading.ts';

export const loadModel = defineNode({
  type: 'diffusion/load-model',
  version: 1,
  title: 'Load Diffusion Model',
  help: 'Opens a diffusion model: the network that removes noise, the autoencoder that turns pictures into latents and back, and the text encoder. The built-in model is a small one for trying things out; put a Stable Diffusion checkpoint (1.x or 2.x: a .safetensors or .ckpt file, or a diffusers folder) into the models folder for the real thing.',
  inputs: {},
  outputs: {
    denoiser: {
      type: 'denoiser',
      title: 'Denoiser',
      help: 'Predicts the noise in a latent; can be patched.',
    },
    autoencoder: { type: 'autoencoder', title: 'Autoencoder', help: 'Pictures to latents and back.' },
    text: {
      type: 'textEncoder',
      title: 'Text encoder',
      help: 'Turns prompts into conditionings. The built-in model has none.',
    },
  },
  params: z.object({
    model: model({
      title: 'Model',
      help: 'A model of the models folder, or the built-in one.',
      default: 'builtin',
      roles: ['diffusion', 'inpainting'],
    }),
    ...readingParams,
  }),

  fingerprint: (params, services) => services.modelHash(params.model, readingOf(params)),

  async run({ params, services, note }) {
    const opened = await services.openModel(params.model, readingOf(params));
    if (opened.vision) {
      const message = `${opened.title} is ${opened.architecture}, which is shown a picture instead of a prompt: Load Exemplar Model opens it; expected a model like Stable Diffusion.`;
      throw new NodeError('bad-model', message, 'model');
    }
    const { denoiser, autoencoder, text = noTextEncoder } = withParts(opened, 'denoiser', 'autoencoder');
    noteModel(note, opened);
    return { denoiser, autoencoder, text };
  },
});
