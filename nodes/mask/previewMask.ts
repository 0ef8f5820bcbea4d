import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { choice } from '../contract/parameter.ts';
import { maskView } from './maskView.ts';
import { selectedShare } from './selectedShare.ts';

export const previewMask = defineNode({
  type: 'mask/preview',
  version: 1,
  title: 'Mask Preview',
  help: 'Shows a mask: as a tint over a picture, in greys, or as what it cuts out of the picture. Without a picture it is shown in greys. A mask of another size is stretched to that of the picture.',
  inputs: {
    mask: { type: 'mask', title: 'Mask', help: 'The mask to show.' },
    image: { type: 'image', title: 'Image', help: 'The picture that it belongs to.', optional: true },
  },
  outputs: {},
  params: z.object({
    view: choice({
      title: 'View',
      help: 'How the mask is shown.',
      default: 'tint',
      choices: { tint: 'Tint over the picture', mask: 'Greys', cutout: 'Cut out' },
    }),
  }),
  showsPictures: true,
  isOutput: true,

  async run({ inputs, params, show, note }) {
    note('selected', selectedShare(inputs.mask));
    note('size', `${inputs.mask.width} x ${inputs.mask.height}`);
    await show({ slot: 'image', picture: maskView(inputs.mask, params.view, inputs.image) });
    return {};
  },
});
