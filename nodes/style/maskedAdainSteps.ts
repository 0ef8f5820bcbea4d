import { maskedAdainPatch } from '../../models/sampling/maskedAdain.ts';
import { patchDenoiser } from '../../models/sampling/patchDenoiser.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { maskKey } from '../mask/maskKey.ts';
import { selectedShare } from '../mask/selectedShare.ts';
import { adainStrength } from './maskedAdainParams.ts';
import { checkStepRange, stepRange } from './stepRange.ts';

export const maskedAdainSteps = defineNode({
  type: 'style/masked-adain-steps',
  version: 1,
  title: 'Masked AdaIN (every step)',
  help: 'Masked AdaIN while the sampler runs: before every step the object is moved a little towards the mean and spread of its surroundings, which follows what the sampler makes of both. Gives a denoiser that any sampler takes. Outside the mask the latent stays as it is; an empty mask changes nothing.',
  inputs: {
    denoiser: { type: 'denoiser', title: 'Denoiser', help: 'The one to patch; may be patched already.' },
    mask: { type: 'mask', title: 'Mask', help: 'The object; not everything.' },
  },
  outputs: { denoiser: { type: 'denoiser', title: 'Denoiser', help: 'Matches the object at every step.' } },
  params: z.object({ strength: adainStrength(0.1), ...stepRange('it') }),

  check: (params) => checkStepRange(params, 'Masked AdaIN'),

  async run({ inputs, params, note }) {
    const { denoiser, mask } = inputs;
    if (mask.data.every((value) => value >= 1)) {
      const message = 'The mask selects everything, so there are no surroundings to match the object with.';
      throw new NodeError('bad-parameter', message, 'mask');
    }
    note('selected', selectedShare(mask));
    const key = `masked-adain ${JSON.stringify([params, maskKey(mask)])}`;
    return { denoiser: patchDenoiser(denoiser, key, maskedAdainPatch({ ...params, mask })) };
  },
});
