import { resizeMask } from '../../models/image/resizeMask.ts';
import { pixelsToPicture } from '../../models/image/picturePixels.ts';
import { inpaintingExtra } from '../../models/sampling/inpaintingExtra.ts';
import { inpaintingPatch } from '../../models/sampling/inpaintingPatch.ts';
import { patchDenoiser } from '../../models/sampling/patchDenoiser.ts';
import { TorchGenerator } from '../../models/sampling/torchGenerator.ts';
import { hashTensor } from '../../models/tensor/hashTensor.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { choice } from '../contract/parameter.ts';
import { checkFinite, checkSize } from '../latent/checkLatent.ts';
import { seedParam } from '../latent/seededNoise.ts';
import { selectedShare } from '../mask/selectedShare.ts';
import { checkHole, checkInpainting, warningOf } from './checkInpainting.ts';

export const inpaintConditioning = defineNode({
  type: 'inpaint/inpaint-conditioning',
  version: 1,
  title: 'Inpaint Conditioning',
  help: 'Shows an inpainting model the picture with its hole: gives a denoiser that sees, besides the latent, what is left of the picture and where the hole is. A mask of another size is stretched to the picture’s, and split at one half. The model fills the hole and paints the rest anew, nearly as it was; Paste Back puts the original around it. Also gives the noise to start from, drawn with the seed in the same order as the program that is followed.',
  inputs: {
    denoiser: {
      type: 'denoiser',
      title: 'Denoiser',
      help: 'Of an inpainting model: Paint by Example, or Stable Diffusion inpainting.',
    },
    autoencoder: { type: 'autoencoder', title: 'Autoencoder', help: 'Of the same model.' },
    image: { type: 'image', title: 'Image', help: 'Width and height in multiples of 8.' },
    mask: { type: 'mask', title: 'Mask', help: 'Selects what is painted anew.' },
  },
  outputs: {
    denoiser: { type: 'denoiser', title: 'Denoiser', help: 'For Guidance and Sample.' },
    noise: { type: 'latent', title: 'Noise', help: 'For Sample, which starts with all steps.' },
  },
  params: z.object({
    layout: choice({
      title: 'Layout',
      help: 'What the model was trained on. Paint by Example: the picture first, then the mask, which is 1 where the picture is kept; the authors and diffusers shrink the mask differently. Stable Diffusion: the mask first, 1 where it is painted.',
      default: 'author',
      choices: {
        author: 'Paint by Example (the authors)',
        diffusers: 'Paint by Example (diffusers)',
        'stable-diffusion': 'Stable Diffusion inpainting',
      },
    }),
    seed: seedParam,
  }),
  showsPictures: true,

  async run({ inputs, params, show, note }) {
    const { denoiser, autoencoder, image } = inputs;
    const form = params.layout;
    checkInpainting(denoiser, autoencoder, form);
    checkSize(image, autoencoder, 'image');
    const mask = resizeMask(inputs.mask, image);
    checkHole(mask);
    const { latentChannels, downscale } = autoencoder;
    const shape = [1, latentChannels, image.height / downscale, image.width / downscale];
    const draws = noises(params.seed, { shape, latentFirst: form === 'author' });
    const shown = await inpaintingExtra({ picture: image, mask, autoencoder, form, noise: draws.encoding });
    checkFinite(shown.extra, 'The encoded picture');
    await show({ slot: 'image', picture: pixelsToPicture(shown.maskedPixels) });
    note('to paint', selectedShare({ ...mask, data: shown.kept.data.map((kept) => 1 - kept) }));
    const warning = warningOf(shown, form);
    if (warning) note('warning', warning);
    const key = `inpaint ${form} ${hashTensor(shown.extra)}`;
    return {
      denoiser: patchDenoiser(denoiser, key, inpaintingPatch(shown.extra)),
      noise: { samples: draws.start, downscale },
    };
  },
});

/** inference.py samples the picture's latent before it draws the noise to start from; diffusers draws that first. */
function noises(
  seed: string,
  { shape, latentFirst }: { readonly shape: readonly number[]; readonly latentFirst: boolean },
) {
  const generator = new TorchGenerator(BigInt(seed));
  const [first, second] = [generator.randn(shape), generator.randn(shape)];
  return latentFirst ? { encoding: first, start: second } : { encoding: second, start: first };
}
