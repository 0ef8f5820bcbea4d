import { maskToLatent } from '../../models/image/maskTensor.ts';
import { backgroundOnlyPatch } from '../../models/sampling/backgroundOnlyPatch.ts';
import { maskedBlendPatch } from '../../models/sampling/maskedBlendPatch.ts';
import { patchDenoiser } from '../../models/sampling/patchDenoiser.ts';
import { stepNoise } from '../../models/sampling/stepNoise.ts';
import { hashTensor } from '../../models/tensor/hashTensor.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { checkChannels } from '../latent/checkLatent.ts';
import { seedParam } from '../latent/seededNoise.ts';
import { selectedShare } from '../mask/selectedShare.ts';

export const maskedBlend = defineNode({
  type: 'harmonise/masked-blend',
  version: 1,
  title: 'Masked Blend',
  help: 'Keeps the background while a sampler runs: before every step all that lies outside the mask becomes the encoded picture again, with fresh noise of that step. Only what the mask selects is painted anew, and it always sees the true background. Works with every sampler. Decoding changes the background a little all the same, since it went through the autoencoder.',
  inputs: {
    denoiser: { type: 'denoiser', title: 'Denoiser', help: 'The one to patch; may be patched already.' },
    background: {
      type: 'latent',
      title: 'Background',
      help: 'The picture that is to stay, clean, from Encode; of the size of the latent that is sampled.',
    },
    mask: {
      type: 'mask',
      title: 'Mask',
      help: 'What is painted anew. Soft values mix; another size is brought to that of the picture, and every 8th pixel of it counts.',
    },
  },
  outputs: { denoiser: { type: 'denoiser', title: 'Denoiser', help: 'Paints inside the mask only.' } },
  params: z.object({ seed: seedParam }),

  async run({ inputs: { denoiser, background, mask }, params: { seed }, note }) {
    checkChannels(background, denoiser.latentChannels, 'the denoiser');
    const { samples: clean, downscale } = background;
    const [, , height = 1, width = 1] = clean.shape;
    const small = maskToLatent(mask, { height, width, downscale });
    const left = selectedShare(small);
    const warning = warningOf(selectedShare(mask), left);
    if (warning !== undefined) note('warning', warning);
    const noise = stepNoise(BigInt(seed), clean.shape);
    const patch =
      left === 'nothing'
        ? backgroundOnlyPatch({ clean, noise: noise(0), denoiser })
        : maskedBlendPatch({ clean, mask: small, noise, alphasCumprod: denoiser.alphasCumprod });
    const key = `masked-blend ${seed} ${hashTensor(clean)} ${hashTensor(small)}`;
    return { denoiser: patchDenoiser(denoiser, key, patch) };
  },
});

/** `small`: what is left at the size of the latent. */
function warningOf(given: string, small: string): string | undefined {
  if (small === 'everything') return 'The mask selects everything: nothing of the background is kept';
  if (small !== 'nothing') return undefined;
  const why =
    given === 'nothing'
      ? 'The mask selects nothing'
      : 'What the mask selects is too small: it falls between the cells of the latent';
  return `${why}: the picture stays as it is, and the network is not asked`;
}
