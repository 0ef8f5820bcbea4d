import { maskedAdain as match } from '../../models/sampling/maskedAdain.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { changedLatent } from '../latent/changedLatent.ts';
import { checkChannels } from '../latent/checkLatent.ts';
import { selectedShare } from '../mask/selectedShare.ts';
import { adainStrength, referencePort } from './maskedAdainParams.ts';

export const maskedAdain = defineNode({
  type: 'style/masked-adain',
  version: 1,
  title: 'Masked AdaIN',
  help: 'Gives what the mask selects the mean and spread of its surroundings, channel by channel, and leaves the surroundings as they are: an object pasted into a painting takes on its colours and contrasts. Works on the latent that a sampler starts from, inverted or noised. A soft mask changes its edge in part; a mask of another size is stretched; an empty one changes nothing.',
  inputs: {
    latent: { type: 'latent', title: 'Latent', help: 'Of the picture with the object.' },
    mask: { type: 'mask', title: 'Mask', help: 'The object.' },
    reference: referencePort,
  },
  outputs: { latent: { type: 'latent', title: 'Latent', help: 'With the object matched.' } },
  params: z.object({ strength: adainStrength(0.4) }),

  async run({ inputs, params, note }) {
    const { latent, mask, reference } = inputs;
    if (reference) checkChannels(reference, latent.samples.shape[1]!, 'the latent');
    note('selected', selectedShare(mask));
    const samples = match(latent.samples, {
      mask,
      strength: params.strength,
      ...(reference ? { reference: reference.samples } : {}),
    });
    return { latent: changedLatent(latent, samples) };
  },
});
