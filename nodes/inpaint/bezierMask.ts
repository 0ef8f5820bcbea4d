import { bezierMask as maskOf } from '../../models/training/bezierMask.ts';
import { PythonRandom } from '../../models/training/pythonRandom.ts';
import type { Box } from '../../models/image/box.ts';
import type { Mask } from '../../models/image/picture.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { number, seed } from '../contract/parameter.ts';
import { maskView } from '../mask/maskView.ts';
import { selectedBox } from '../mask/selectedBox.ts';
import { selectedShare } from '../mask/selectedShare.ts';

export const bezierMask = defineNode({
  type: 'inpaint/bezier-mask',
  version: 1,
  title: 'Bezier Mask',
  help: 'The mask shapes that Paint by Example is trained with: about a box four Bezier curves whose points are moved about, or the box itself, made larger at random. The box is the one around what the mask selects; draw a rectangle around the object. The numbers are those of Python’s random with this seed, drawn in the authors’ order.',
  inputs: {
    mask: { type: 'mask', title: 'Box', help: 'The box around what it selects is taken; not empty.' },
  },
  outputs: {
    mask: { type: 'mask', title: 'Mask', help: 'What is to be painted, as large as the box’s mask.' },
  },
  params: z.object({
    seed: seed({ title: 'Seed', help: 'The same seed always gives the same shape.', default: '42' }),
    arbitrary: number({
      title: 'Curved',
      help: 'Share of the seeds that give a curved shape: 1 always, 0 never. The authors train with 0.5.',
      default: 1,
      min: 0,
      max: 1,
      step: 0.05,
    }),
  }),
  showsPictures: true,

  async run({ inputs, params, show, note }) {
    const random = new PythonRandom(BigInt(params.seed));
    const box = boxOf(inputs.mask);
    const { mask, polygon } = maskOf(inputs.mask, { box, arbitrary: params.arbitrary, random });
    note('shape', polygon ? `${polygon.length} points` : 'a box');
    note('selected', selectedShare(mask));
    await show({ slot: 'image', picture: maskView(mask, 'mask') });
    return { mask };
  },
});

function boxOf(mask: Mask): Box {
  const box = selectedBox(mask);
  if (box) return box;
  throw new NodeError(
    'bad-parameter',
    'The mask selects nothing, so there is no box to draw a shape about.',
    'mask',
  );
}
