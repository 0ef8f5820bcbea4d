import { createHash } from 'node:crypto';
import { decodePicture } from '../../models/image/decodePicture.ts';
import { PictureError } from '../../models/image/pictureError.ts';
import type { Mask } from '../../models/image/picture.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { image } from '../contract/parameter.ts';

/** 8192 x 8192: what a person may mean; beyond it decoding would only fill the memory. */
const MOST_PIXELS = 8192 * 8192;

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

  async fingerprint(params, services) {
    const bytes = await services.readFile(chosen(params.image));
    return createHash('sha256').update(bytes).digest('hex');
  },

  async run({ params, services, show }) {
    const bytes = await services.readFile(chosen(params.image));
    const { picture, alpha } = await decodePicture(bytes, { maxPixels: MOST_PIXELS }).catch(
      (error: unknown) => {
        if (!(error instanceof PictureError)) throw error;
        throw new NodeError('bad-picture', error.message, 'image');
      },
    );
    await show({ slot: 'image', picture });
    return { image: picture, mask: alpha ?? everything(picture) };
  },
});

function chosen(reference: string): string {
  if (reference !== '') return reference;
  throw new NodeError(
    'missing-file',
    'No picture is chosen: drop one on the node or pick a sample.',
    'image',
  );
}

function everything({ width, height }: { width: number; height: number }): Mask {
  return { width, height, data: new Float32Array(width * height).fill(1) };
}
