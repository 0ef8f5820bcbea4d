import { createHash } from 'node:crypto';
import { maskToTensor } from '../../models/image/maskTensor.ts';
import { picturesToPixels } from '../../models/image/picturePixels.ts';
import { resizeMaskNearest } from '../../models/image/resizeMaskNearest.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { choice } from '../contract/parameter.ts';
import { checkFinite, checkSize } from '../latent/checkLatent.ts';
import { selectedShare } from '../mask/selectedShare.ts';
import { residualOf } from './residualOf.ts';

export const adaptiveEncoder = defineNode({
  type: 'harmonise/adaptive-encoder',
  version: 1,
  title: 'Adaptive Encoder',
  help: "Looks at a painting with something pasted into it, and at where that is, and makes features of it at four sizes. DEF lets them steer a denoiser. It runs once, not in every step. Any picture in multiples of 8 will do, wide or tall; the authors' program takes squares only, at 512 x 512.",
  inputs: {
    adapter: { type: 'adapter', title: 'Adapter', help: 'From Load Adapter.' },
    image: {
      type: 'image',
      title: 'Composite',
      help: 'The painting with the object in it, at the size that is encoded: width and height in multiples of 8.',
    },
    mask: {
      type: 'mask',
      title: 'Mask',
      help: 'The object. Soft edges are taken as they are; another size is brought to that of the picture (nearest pixel).',
    },
  },
  outputs: {
    features: { type: 'features', title: 'Features', help: 'For DEF, with the mask.' },
  },
  params: z.object({
    residual: choice({
      title: 'Residual',
      help: "Whether every block adds what comes in to what it makes of it. The file does not say how it was trained: both kinds hold the same tensors, and only the published names tell them apart (PHDiffusionWithRes; PHDiffusionWithoutRes or PHDiffusion). Run the wrong way it gives features that mean nothing: the object comes out grey, noisy or unchanged, and no error is seen. With them the object's content is kept better; without them dense textures are.",
      default: 'name',
      choices: { name: 'By file name', with: 'With', without: 'Without' },
    }),
  }),

  async run({ inputs: { adapter, image, mask: given }, params, note }) {
    checkSize(image, adapter, 'image');
    const mask = resizeMaskNearest(given, image);
    const { residual, warning } = residualOf(params.residual, adapter.title);
    const pixels = picturesToPixels([image]);
    const levels = await adapter.encode({ pixels, mask: maskToTensor(mask), residual });
    for (const [level, feature] of levels.entries())
      checkFinite(feature, `Level ${level + 1} of the features`);
    note('residual connections', residual ? 'with' : 'without');
    const warnings = [warning, ...sizeWarnings(given, image), extentWarnings[selectedShare(mask)]];
    const told = warnings.filter((each) => each !== undefined);
    if (told.length > 0) note('warning', told.join('; '));
    const hash = createHash('sha256').update(`${adapter.key} ${residual} ${image.width}x${image.height} `);
    for (const { buffer, byteOffset, byteLength } of [image.data, mask.data])
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    return { features: { key: hash.digest('hex'), levels, mask, fusion: adapter.fusion } };
  },
});

interface Size {
  readonly width: number;
  readonly height: number;
}

function sizeWarnings(mask: Size, image: Size): string[] {
  const same = mask.width * image.height === mask.height * image.width;
  if (same) return [];
  return [
    `The mask (${mask.width} x ${mask.height}) has another shape than the picture (${image.width} x ${image.height}) and is stretched to it`,
  ];
}

/** By what is selected, where there is something to say. */
const extentWarnings: Readonly<Record<string, string>> = {
  nothing: 'The mask selects nothing: there is no object to harmonise',
  everything: 'The mask selects everything: there is no background whose style could be taken over',
};
