import { z } from 'zod';
import { resizeMaskNearest } from '../../models/image/resizeMaskNearest.ts';
import { tensorToPicture } from '../../models/image/unitPixels.ts';
import { cleanUp } from '../../models/painterly/cleanUp.ts';
import { PATCH } from '../../models/painterly/patchField.ts';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { seed } from '../contract/parameter.ts';
import { checkPictureSize } from '../optimise/checkPictureSize.ts';

export const dphPost = defineNode({
  type: 'harmonise/dph-post',
  version: 1,
  title: 'DPH Post',
  help: 'The clean-up behind Deep Painterly Harmonization: takes colour noise out of the object without crossing its edges, and replaces every small patch by the painting’s most like it, keeping the fine detail. Its paint is then really the painting’s.',
  inputs: {
    image: { type: 'image', title: 'Image', help: 'From DPH Pass 2.' },
    composite: {
      type: 'image',
      title: 'Composite',
      help: 'What was pasted, unchanged: its edges guide the colours.',
    },
    painting: { type: 'image', title: 'Painting', help: 'The same without the object.' },
    mask: { type: 'mask', title: 'Mask', help: 'The object.' },
  },
  outputs: { image: { type: 'image', title: 'Image', help: 'The finished picture.' } },
  params: z.object({
    seed: seed({
      title: 'Seed',
      help: 'For large objects patches are searched for at random (PatchMatch); small ones are compared with all.',
      default: '0',
      advanced: true,
    }),
  }),
  showsPictures: true,

  async run({ inputs, params, signal, progress, show }) {
    const { image: result, composite: naive, painting } = inputs;
    const { width, height } = result;
    checkPictureSize(result, 'image', 'optimised');
    for (const [port, other] of Object.entries({ composite: naive, painting }))
      if (other.width !== width || other.height !== height) {
        const message = `This picture has ${other.width} x ${other.height} pixels, the image ${width} x ${height}: they must be of one size.`;
        throw new NodeError('shape-mismatch', message, port);
      }
    if (Math.min(width, height) < PATCH) {
      const message = `The picture has ${width} x ${height} pixels; expected ${PATCH} at least on each side, which is a patch.`;
      throw new NodeError('bad-picture', message, 'image');
    }
    const mask = resizeMaskNearest(inputs.mask, result);
    const from = Number(BigInt(params.seed) & 0xffff_ffffn);
    const { output } = await cleanUp({
      result,
      naive,
      painting,
      mask,
      seed: from,
      signal,
      onProgress: progress,
    });
    const image = tensorToPicture(output);
    await show({ slot: 'image', picture: image });
    return { image };
  },
});
