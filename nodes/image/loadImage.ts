import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { image } from '../contract/parameter.ts';
import { fullMask } from '../mask/fullMask.ts';
import { openPicture, pictureHash } from './openPicture.ts';

export const loadImage = defineNode({
  type: 'image/load',
  version: 1,
  title: 'Load Image',
  help: 'Opens a picture: drop a file on the node, paste one, or choose a sample. PNG, JPEG, WebP, GIF, TIFF and AVIF work; photos are turned upright, and animations give their first frame. The mask is the transparency of the file: opaque parts are selected.',
  inputs: {},
  outputs: {
    image: { type: 'image', title: 'Image', help: 'The picture, 8 bits a channel.' },
    mask: {
      type: 'mask',
      title: 'Mask',
      help: 'The opaque parts; everything when the file has no transparency.',
    },
  },
  params: z.object({
    image: image({ title: 'Picture', help: 'An uploaded file or a sample.', default: '' }),
  }),
  showsPictures: true,

  fingerprint: (params, services) => pictureHash(params.image, services),

  async run({ params, services, show }) {
    const { picture, alpha } = await openPicture(params.image, services);
    await show({ slot: 'image', picture });
    return { image: picture, mask: alpha ?? fullMask(picture) };
  },
});
