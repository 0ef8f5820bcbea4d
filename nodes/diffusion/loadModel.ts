import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { model } from '../contract/parameter.ts';

export const loadModel = defineNode({
  type: 'diffusion/load-model',
  version: 1,
  title: 'Load Diffusion Model',
  help: 'Opens a diffusion model: the network that removes noise, and the autoencoder that turns pictures into latents and back. The built-in model is a small one for trying things out; put a Stable Diffusion checkpoint (a .safetensors or .ckpt file, or a diffusers folder) into the models folder for the real thing.',
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
  }),

  fingerprint: (params, services) => services.modelHash(params.model),

  async run({ params, services, note }) {
    const { title, hash, denoiser, autoencoder, text } = await services.openModel(params.model);
    note('model', title);
    note('hash', hash.slice(0, 12));
    note('attention layers', denoiser.attentionLayers.map((layer) => layer.id).join(', '));
    return { denoiser, autoencoder, text };
  },
});
