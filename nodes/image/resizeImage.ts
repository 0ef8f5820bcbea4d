import { cropPicture } from '../../models/image/cropPicture.ts';
import { loadStyleIdImage } from '../../models/image/loadStyleIdImage.ts';
import type { Picture } from '../../models/image/picture.ts';
import { resizePicture } from '../../models/image/resizePicture.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { choice, integer } from '../contract/parameter.ts';
import { fittedSize } from './fittedSize.ts';

export const resizeImage = defineNode({
  type: 'image/resize',
  version: 1,
  title: 'Resize / Crop',
  help: 'Brings a picture to the size that a model works at. Stable Diffusion 1.x is at its best at 512, the built-in model at 256. Its autoencoder makes every 8 x 8 pixels one cell, so sizes are rounded down to multiples of 8: 250 becomes 248. The filters give the same pixels as Pillow, which the published methods use.',
  inputs: { image: { type: 'image', title: 'Image', help: 'The picture to resize.' } },
  outputs: { image: { type: 'image', title: 'Image', help: 'The picture at its new size.' } },
  params: z.object({
    width: size({
      title: 'Width',
      help: 'Of the result, rounded down as "Round to" says; in "Fit inside", the most it may be.',
    }),
    height: size({
      title: 'Height',
      help: 'Of the result, rounded down as "Round to" says; in "Fit inside", the most it may be.',
    }),
    fit: choice({
      title: 'Fit',
      help: 'How a picture of another shape becomes one of this size.',
      default: 'crop',
      choices: {
        crop: 'Fill and crop',
        contain: 'Fit inside',
        stretch: 'Stretch',
        styleid: 'Centre square (StyleID)',
      },
    }),
    filter: choice({
      title: 'Filter',
      help: 'Lanczos is sharpest and what StyleID uses. "Centre square" always uses Lanczos.',
      default: 'lanczos',
      choices: {
        lanczos: 'Lanczos',
        bicubic: 'Bicubic',
        bilinear: 'Bilinear',
        box: 'Box',
        nearest: 'Nearest',
      },
    }),
    multiple: choice({
      title: 'Round to',
      help: 'Sizes are rounded down to a multiple of this. Stable Diffusion needs 8, and 64 suits every layer of it; Exact is for pictures that no model is to see.',
      default: '8',
      choices: {
        '1': 'Exact',
        '8': 'Multiples of 8',
        '16': 'Multiples of 16',
        '32': 'Multiples of 32',
        '64': 'Multiples of 64',
      },
      advanced: true,
    }),
  }),

  async run({ inputs, params, note }) {
    const image = resized(inputs.image, params);
    note('size', sizeText(image));
    const asked = fittedSize(inputs.image, { ...params, multiple: 1 });
    if (params.fit !== 'contain' && sizeText(asked) !== sizeText(image)) {
      note(
        'rounded',
        `${sizeText(asked)} became ${sizeText(image)}: sizes are in multiples of ${params.multiple}`,
      );
    }
    return { image };
  },
});

type Settings = z.infer<typeof resizeImage.params>;

const sizeText = ({ width, height }: { width: number; height: number }): string => `${width} x ${height}`;

function resized(picture: Picture, params: Settings): Picture {
  const { filter, fit } = params;
  const to = fittedSize(picture, { ...params, multiple: Number(params.multiple) });
  if (fit === 'styleid') {
    if (to.width === to.height) return loadStyleIdImage(picture, to.width);
    const side = Math.min(picture.width, picture.height);
    return resizePicture(middle(picture, side, side), { ...to, filter: 'lanczos' });
  }
  if (fit !== 'crop') return resizePicture(picture, { ...to, filter });
  const scale = Math.min(picture.width / to.width, picture.height / to.height);
  const width = Math.min(picture.width, Math.max(1, Math.round(to.width * scale)));
  const height = Math.min(picture.height, Math.max(1, Math.round(to.height * scale)));
  return resizePicture(middle(picture, width, height), { ...to, filter });
}

function middle(picture: Picture, width: number, height: number): Picture {
  const left = Math.floor((picture.width - width) / 2);
  const top = Math.floor((picture.height - height) / 2);
  return cropPicture(picture, { left, top, width, height });
}

function size(about: { title: string; help: string }): ReturnType<typeof integer> {
  return integer({ ...about, default: 512, min: 8, max: 4096, step: 8, unit: 'px' });
}
