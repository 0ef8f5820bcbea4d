import { centerBox, cropPicture, type CropBox } from '../../models/image/cropPicture.ts';
import { cropMask } from '../../models/image/cropMask.ts';
import { loadStyleIdImage } from '../../models/image/loadStyleIdImage.ts';
import type { Picture } from '../../models/image/picture.ts';
import { resizeMask } from '../../models/image/resizeMask.ts';
import { resizePicture } from '../../models/image/resizePicture.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { choice, integer } from '../contract/parameter.ts';
import { fullMask } from '../mask/fullMask.ts';
import { fittedSize } from './fittedSize.ts';

export const resizeImage = defineNode({
  type: 'image/resize',
  version: 1,
  title: 'Resize / Crop',
  help: 'Brings a picture to the size that a model works at. Stable Diffusion 1.x is at its best at 512, the built-in model at 256. Its autoencoder makes every 8 x 8 pixels one cell, so sizes are rounded down to multiples of 8: 250 becomes 248. The filters give the same pixels as Pillow, which the published methods use. A mask of the picture is cut and resized along with it.',
  inputs: {
    image: { type: 'image', title: 'Image', help: 'The picture to resize.' },
    mask: {
      type: 'mask',
      title: 'Mask',
      help: 'A mask of that picture, to go the same way; of another size it is stretched over it first.',
      optional: true,
    },
  },
  outputs: {
    image: { type: 'image', title: 'Image', help: 'The picture at its new size.' },
    mask: {
      type: 'mask',
      title: 'Mask',
      help: 'The mask at its new size, always resized smoothly. Everything is selected when none is wired in.',
    },
  },
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
    const { image: picture } = inputs;
    const to = fittedSize(picture, { ...params, multiple: Number(params.multiple) });
    const part = partKept(picture, to, params.fit);
    note('size', sizeText(to));
    const asked = fittedSize(picture, { ...params, multiple: 1 });
    if (params.fit !== 'contain' && sizeText(asked) !== sizeText(to)) {
      note(
        'rounded',
        `${sizeText(asked)} became ${sizeText(to)}: sizes are in multiples of ${params.multiple}`,
      );
    }
    const image =
      params.fit === 'styleid'
        ? loadStyleIdImage(picture, to)
        : resizePicture(part ? cropPicture(picture, part) : picture, { ...to, filter: params.filter });
    const mask = inputs.mask && resizeMask(inputs.mask, picture);
    return { image, mask: mask ? resizeMask(part ? cropMask(mask, part) : mask, to) : fullMask(to) };
  },
});

type Size = Pick<Picture, 'width' | 'height'>;

const sizeText = ({ width, height }: Size): string => `${width} x ${height}`;

/** What of a picture goes into one of another shape; undefined = all of it. */
function partKept(picture: Size, to: Size, fit: string): CropBox | undefined {
  if (fit === 'styleid') {
    const side = Math.min(picture.width, picture.height);
    return centerBox(picture, { width: side, height: side });
  }
  if (fit !== 'crop') return undefined;
  const scale = Math.min(picture.width / to.width, picture.height / to.height);
  const width = Math.min(picture.width, Math.max(1, Math.round(to.width * scale)));
  const height = Math.min(picture.height, Math.max(1, Math.round(to.height * scale)));
  const left = Math.floor((picture.width - width) / 2);
  const top = Math.floor((picture.height - height) / 2);
  return { left, top, width, height };
}

function size(about: { title: string; help: string }): ReturnType<typeof integer> {
  return integer({ ...about, default: 512, min: 8, max: 4096, step: 8, unit: 'px' });
}
