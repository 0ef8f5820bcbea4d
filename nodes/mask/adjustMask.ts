import { MaskCanvas } from '../../drawing/maskCanvas.ts';
import { DRAWING_LIMITS, type MaskOperation } from '../../drawing/strokes.ts';
import type { Mask } from '../../models/image/picture.ts';
import { resizeMask } from '../../models/image/resizeMask.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { integer, number, toggle } from '../contract/parameter.ts';
import { fromMaskBytes, toMaskBytes } from './maskBytes.ts';
import { maskView } from './maskView.ts';
import { inverted, thresholded } from './maskValues.ts';
import { selectedShare } from './selectedShare.ts';

export const adjustMask = defineNode({
  type: 'mask/adjust',
  version: 1,
  title: 'Adjust Mask',
  help: 'Resizes, sharpens, grows or shrinks, feathers and inverts a mask, in this order. Grow a little and feather before harmonising, so that the seam lies within what is painted anew. An empty mask stays empty, and a mask over everything full.',
  inputs: {
    mask: { type: 'mask', title: 'Mask', help: 'The mask to change.' },
    image: {
      type: 'image',
      title: 'Image',
      help: 'The mask gets the size of this picture; without it, the mask keeps its own.',
      optional: true,
    },
  },
  outputs: { mask: { type: 'mask', title: 'Mask', help: 'The changed mask.' } },
  params: z.object({
    threshold: number({
      title: 'Threshold',
      help: 'From this value on a pixel is selected wholly, below it not at all; 0 keeps soft values.',
      default: 0,
      min: 0,
      max: 1,
      step: 0.01,
    }),
    grow: integer({
      title: 'Grow',
      help: 'Moves the edge outwards; negative shrinks. The mask becomes 8 bits deep.',
      default: 0,
      min: -DRAWING_LIMITS.distance,
      max: DRAWING_LIMITS.distance,
      unit: 'px',
    }),
    feather: integer({
      title: 'Feather',
      help: 'Makes the edge a ramp that reaches so far to both sides. The mask becomes 8 bits deep.',
      default: 0,
      min: 0,
      max: DRAWING_LIMITS.distance,
      unit: 'px',
    }),
    invert: toggle({ title: 'Invert', help: 'Selects what was not selected.', default: false }),
  }),
  showsPictures: true,

  async run({ inputs, params, show, note }) {
    const sized = inputs.image ? resizeMask(inputs.mask, inputs.image) : inputs.mask;
    const shaped = reshaped(thresholded(sized, params.threshold), params);
    const mask = params.invert ? inverted(shaped) : shaped;
    note('selected', selectedShare(mask));
    await show({ slot: 'image', picture: maskView(mask, 'mask') });
    return { mask };
  },
});

function reshaped(mask: Mask, { grow, feather }: { grow: number; feather: number }): Mask {
  const operations: MaskOperation[] = [];
  if (grow !== 0) operations.push({ op: 'grow', pixels: grow });
  if (feather > 0) operations.push({ op: 'feather', pixels: feather });
  if (operations.length === 0) return mask;
  const canvas = new MaskCanvas(mask, toMaskBytes(mask));
  for (const operation of operations) canvas.apply(operation);
  return fromMaskBytes(canvas.data, mask);
}
