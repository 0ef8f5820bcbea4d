import { invertAffine } from '../../drawing/affine.ts';
import { placementMap } from '../../drawing/placement.ts';
import { composePictures } from '../../models/image/composePictures.ts';
import { resizeMask } from '../../models/image/resizeMask.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { number, toggle } from '../contract/parameter.ts';
import { fullMask } from '../mask/fullMask.ts';
import { maskView } from '../mask/maskView.ts';
import { selectedShare } from '../mask/selectedShare.ts';

export const composite = defineNode({
  type: 'image/composite',
  version: 1,
  title: 'Composite',
  help: 'Places a cut-out on a background: moved, scaled, turned and flipped about its own middle. Gives the picture of both, and the mask of what the cut-out covers, soft along its edge, which harmonising takes. A mask of another size than the cut-out is stretched to fit; a cut-out that lies wholly outside leaves the background as it is.',
  inputs: {
    background: { type: 'image', title: 'Background', help: 'What to place the cut-out on.' },
    cutout: { type: 'image', title: 'Cut-out', help: 'The picture that the object is in.' },
    mask: {
      type: 'mask',
      title: 'Mask',
      help: 'What of that picture to place, for example its transparency from Load Image. Without it, all of it.',
      optional: true,
    },
  },
  outputs: {
    image: { type: 'image', title: 'Image', help: 'Both in one, as large as the background.' },
    mask: { type: 'mask', title: 'Mask', help: 'What the cut-out covers, as large as the background.' },
  },
  params: z.object({
    x: shift('X', 'From the middle of the background to the right.'),
    y: shift('Y', 'From the middle of the background downwards.'),
    scale: number({
      title: 'Scale',
      help: 'At 1, a pixel of the cut-out is a pixel of the background.',
      default: 1,
      min: 0.01,
      max: 50,
      step: 0.01,
      control: 'number',
    }),
    rotation: number({
      title: 'Rotation',
      help: 'Clockwise.',
      default: 0,
      min: -360,
      max: 360,
      step: 1,
      unit: '°',
    }),
    flipX: toggle({ title: 'Flip left and right', help: 'Before it is turned.', default: false }),
    flipY: toggle({ title: 'Flip top and bottom', help: 'Before it is turned.', default: false }),
  }),
  showsPictures: true,
  editor: 'placement',

  async run({ inputs, params, show, note }) {
    const { background, cutout } = inputs;
    const map = placementMap(params, { cutout, background });
    const back = invertAffine(map);
    if (!back) throw new NodeError('bad-parameter', 'The cut-out has no size at this scale.', 'scale');
    const mask = inputs.mask ? resizeMask(inputs.mask, cutout) : fullMask(cutout);
    const result = composePictures({ background, cutout: { picture: cutout, mask }, map, back });
    const covered = selectedShare(result.mask);
    note('covered', covered === 'nothing' ? 'nothing: the background is as it was' : covered);
    await show({ slot: 'image', picture: result.image });
    await show({ slot: 'input.background', picture: background, fullSize: 'lossy' });
    await show({ slot: 'input.cutout', picture: cutout, fullSize: 'lossy' });
    if (inputs.mask) await show({ slot: 'input.mask', picture: maskView(mask, 'mask'), fullSize: 'exact' });
    return result;
  },
});

function shift(title: string, help: string) {
  return number({
    title,
    help,
    default: 0,
    min: -16_384,
    max: 16_384,
    step: 1,
    unit: 'px',
    control: 'number',
  });
}
