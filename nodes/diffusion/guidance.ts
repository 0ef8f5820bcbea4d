import { guidancePatch } from '../../models/sampling/guidancePatch.ts';
import { patchDenoiser } from '../../models/sampling/patchDenoiser.ts';
import { z } from 'zod';
import { hashTensor } from '../../models/tensor/hashTensor.ts';
import { defineNode } from '../contract/node.ts';
import { number } from '../contract/parameter.ts';

export const guidance = defineNode({
  type: 'diffusion/guidance',
  version: 1,
  title: 'Guidance',
  help: 'Makes a denoiser follow a prompt (classifier-free guidance): it is asked twice in every step, with the prompt and with the negative one, and the difference is exaggerated. Gives a denoiser that any sampler takes and that can be patched further.',
  inputs: {
    denoiser: { type: 'denoiser', title: 'Denoiser', help: 'The one to guide; may be patched already.' },
    positive: { type: 'conditioning', title: 'Prompt', help: 'What to paint.' },
    negative: {
      type: 'conditioning',
      title: 'Negative',
      help: 'What not to paint: an empty prompt, or words.',
    },
  },
  outputs: { denoiser: { type: 'denoiser', title: 'Denoiser', help: 'Follows the prompt.' } },
  params: z.object({
    scale: number({
      title: 'Scale',
      help: 'How strictly the prompt is followed: 1 = the prompt alone, without the negative one and twice as fast; 7.5 is usual; more gives harder colours.',
      default: 7.5,
      min: 0,
      max: 30,
      step: 0.5,
    }),
  }),

  async run({ inputs: { denoiser, positive, negative }, params: { scale } }) {
    const patch = guidancePatch({ conditional: positive, unconditional: negative, scale });
    const key = `guidance ${scale} ${hashTensor(positive)} ${hashTensor(negative)}`;
    return { denoiser: patchDenoiser(denoiser, key, patch) };
  },
});
