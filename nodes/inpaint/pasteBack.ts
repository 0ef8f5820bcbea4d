import { MaskCanvas } from '../../drawing/maskCanvas.ts';
import { DRAWING_LIMITS } from '../../drawing/strokes.ts';
import type { Mask, Picture } from '../../models/image/picture.ts';
import { resizeMask } from '../../models/image/resizeMask.ts';
import { resizePicture } from '../../models/image/resizePicture.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { integer } from '../contract/parameter.ts';
import { fromMaskBytes, toMaskBytes } from '../mask/maskBytes.ts';
import { selectedShare } from '../mask/selectedShare.ts';

export const pasteBack = defineNode({
  type: 'inpaint/paste-back',
  version: 1,
  title: 'Paste Back',
  help: 'Puts what was painted into the original picture. The mask’s edge is softened so that no seam shows; farther outside everything stays as it was to the last pixel. A result that was painted at another size is brought to that of the original, and so is the mask; an empty mask gives the original back.',
  inputs: {
    result: { type: 'image', title: 'Result', help: 'What was painted.' },
    original: { type: 'image', title: 'Original', help: 'Gives its size, and what lies outside the mask.' },
    mask: { type: 'mask', title: 'Mask', help: 'Selects what is taken from the result.' },
  },
  outputs: { image: { type: 'image', title: 'Image', help: 'Both in one, as large as the original.' } },
  params: z.object({
    feather: integer({
      title: 'Feather',
      help: 'Makes the edge a ramp that reaches so far to both sides of it; 0 takes the mask as it is.',
      default: 8,
      min: 0,
      max: DRAWING_LIMITS.distance,
      unit: 'px',
    }),
  }),
  showsPictures: true,

  async run({ inputs, params, show, note }) {
    const { original } = inputs;
    const { width, height } = original;
    const mask = feathered(resizeMask(inputs.mask, original), params.feather);
    const same = inputs.result.width === width && inputs.result.height === height;
    const result = same ? inputs.result : resizePicture(inputs.result, { width, height, filter: 'bicubic' });
    if (!same) note('result', `${inputs.result.width} x ${inputs.result.height} became ${width} x ${height}`);
    note('selected', selectedShare(mask));
    const image = blended(original, result, mask);
    await show({ slot: 'image', picture: image });
    return { image };
  },
});

function feathered(mask: Mask, pixels: number): Mask {
  if (pixels === 0) return mask;
  const canvas = new MaskCanvas(mask, toMaskBytes(mask));
  canvas.apply({ op: 'feather', pixels });
  return fromMaskBytes(canvas.data, mask);
}

/** result * mask + original * (1 - mask), to the nearest level. */
function blended(original: Picture, result: Picture, mask: Mask): Picture {
  const data = original.data.slice();
  for (let pixel = 0; pixel < mask.data.length; pixel++) {
    const share = Math.min(1, mask.data[pixel]!);
    if (!(share > 0)) continue;
    for (let i = pixel * 3; i < pixel * 3 + 3; i++)
      data[i] = Math.round(data[i]! + (result.data[i]! - data[i]!) * share);
  }
  return { width: original.width, height: original.height, data };
}
