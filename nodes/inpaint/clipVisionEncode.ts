import { clipPixels, exemplarPicture } from '../../models/image/clipPixels.ts';
import type { Picture } from '../../models/image/picture.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { choice } from '../contract/parameter.ts';
import { checkFinite } from '../latent/checkLatent.ts';

export const clipVisionEncode = defineNode({
  type: 'inpaint/clip-vision-encode',
  version: 1,
  title: 'CLIP Vision Encode',
  help: 'Looks at a picture with CLIP’s image encoder and sums it up in one vector: what is in it, not where. The picture is brought to the encoder’s size (224 x 224) first, to the same pixels as in the published programs; the node shows what the encoder sees. An exemplar works best when the object fills it, on a plain background.',
  inputs: {
    vision: {
      type: 'visionEncoder',
      title: 'Image encoder',
      help: 'From Load Exemplar Model or Load Image Encoder.',
    },
    image: { type: 'image', title: 'Image', help: 'The exemplar, of any size.' },
  },
  outputs: {
    embedding: {
      type: 'visionEmbedding',
      title: 'Embedding',
      help: 'The picture in one vector, for Exemplar Conditioning.',
    },
  },
  params: z.object({
    fit: choice({
      title: 'Fit',
      help: 'How a picture that is not square becomes one: stretched, as Paint by Example’s authors do, or the middle of it, as diffusers does.',
      default: 'author',
      choices: { author: 'Stretched (the authors)', diffusers: 'Its middle (diffusers)' },
    }),
  }),
  showsPictures: true,

  async run({ inputs: { vision, image }, params, show }) {
    if (params.fit === 'diffusers') checkShape(image);
    const seen = exemplarPicture(image, vision.imageSize, params.fit);
    await show({ slot: 'image', picture: seen });
    const embedding = await vision.encode(clipPixels(seen));
    checkFinite(embedding.classToken, 'The embedding');
    return { embedding };
  },
});

/** Enlarged until its short side fits, of which the middle is taken, a longer strip would take gigabytes. */
const MOST_ELONGATED = 64;

function checkShape({ width, height }: Picture): void {
  if (Math.max(width, height) <= MOST_ELONGATED * Math.min(width, height)) return;
  const message = `The exemplar has ${width} x ${height} pixels and is a strip, whose middle shows next to nothing; expected a picture that is at most ${MOST_ELONGATED} times as long as wide. A Resize / Crop node cuts out a part.`;
  throw new NodeError('bad-picture', message, 'image');
}
