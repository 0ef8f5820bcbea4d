import { luminance } from '../../models/image/luminance.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { choice, image, number, toggle } from '../contract/parameter.ts';
import { openPicture, pictureHash } from '../image/openPicture.ts';
import { fullMask } from './fullMask.ts';
import { maskView } from './maskView.ts';
import { inverted, thresholded } from './maskValues.ts';
import { selectedShare } from './selectedShare.ts';

export const loadMask = defineNode({
  type: 'mask/load',
  version: 1,
  title: 'Load Mask',
  help: 'Opens a picture as a mask: white is selected, black is not, greys are soft. Masks that were saved as JPEG are a little soft everywhere; a threshold of 0.5 makes them clean. From a file with transparency its alpha can be taken instead.',
  inputs: {},
  outputs: { mask: { type: 'mask', title: 'Mask', help: 'As large as the picture.' } },
  params: z.object({
    image: image({ title: 'Picture', help: 'An uploaded file or a sample.', default: '' }),
    from: choice({
      title: 'From',
      help: 'What of the picture becomes the mask. Transparency of a file that has none selects everything.',
      default: 'luminance',
      choices: { luminance: 'Brightness', alpha: 'Transparency' },
    }),
    threshold: number({
      title: 'Threshold',
      help: 'From this value on a pixel is selected wholly, below it not at all; 0 keeps soft values.',
      default: 0,
      min: 0,
      max: 1,
      step: 0.01,
    }),
    invert: toggle({ title: 'Invert', help: 'Selects what was not selected.', default: false }),
  }),
  showsPictures: true,

  fingerprint: (params, services) => pictureHash(params.image, services),

  async run({ params, services, show, note }) {
    const { picture, alpha } = await openPicture(params.image, services);
    const found = params.from === 'luminance' ? luminance(picture) : (alpha ?? fullMask(picture));
    const sharp = thresholded(found, params.threshold);
    const mask = params.invert ? inverted(sharp) : sharp;
    note('selected', selectedShare(mask));
    await show({ slot: 'image', picture: maskView(mask, 'mask') });
    return { mask };
  },
});
