import { resizeMask } from '../../models/image/resizeMask.ts';
import { resizePicture } from '../../models/image/resizePicture.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { choice, number, text, toggle } from '../contract/parameter.ts';
import { hexOf, keyColour } from './keyColour.ts';
import { borderColour, differenceMask, keyMask } from './keyMask.ts';
import { maskView } from './maskView.ts';
import { selectedShare } from './selectedShare.ts';

export const autoMask = defineNode({
  type: 'mask/auto',
  version: 2,
  title: 'Auto Mask',
  help: 'Finds the object in a picture: by the transparency of its file, by the colour of a plain background, or by what differs from a second picture of the same scene. Without a choice it takes the first of: transparency, if it is wired and there is any; difference, if a second picture is wired; else the colour along the border.',
  inputs: {
    image: { type: 'image', title: 'Image', help: 'The picture with the object.' },
    other: {
      type: 'image',
      title: 'Second',
      help: 'The same scene without the object; of another size it is stretched.',
      optional: true,
    },
    alpha: {
      type: 'mask',
      title: 'Transparency',
      help: 'The mask that Load Image gives; of another size it is stretched.',
      optional: true,
    },
  },
  outputs: { mask: { type: 'mask', title: 'Mask', help: 'The object.' } },
  params: z.object({
    method: choice({
      title: 'Method',
      help: 'How the object is told from its background.',
      default: 'auto',
      choices: { auto: 'What fits', alpha: 'Transparency', colour: 'Colour key', difference: 'Difference' },
    }),
    colour: text({
      title: 'Key colour',
      help: 'Colour of the background, for example #00ff00. Empty = the most frequent one along the border.',
      default: '',
    }),
    tolerance: number({
      title: 'Tolerance',
      help: 'How different a colour must look to belong to the object: black and white differ by 1.',
      default: 0.08,
      min: 0,
      max: 1,
      step: 0.01,
    }),
    softness: number({
      title: 'Softness',
      help: 'Over how much more difference the mask goes from 0 to 1.',
      default: 0.04,
      min: 0,
      max: 1,
      step: 0.01,
    }),
    outside: toggle({
      title: 'Outside only',
      help: 'Takes away only what is connected with the border, and keeps parts inside the object that look like the background. Off for a ring, or a chair that one looks through. Transparency is taken as it is.',
      default: true,
    }),
  }),
  migrations: { 1: withHoles },
  showsPictures: true,

  check: ({ method, colour }) => {
    if (method === 'colour' || method === 'auto') keyColour(colour);
  },

  async run({ inputs, params, show, note }) {
    const method = methodFor(inputs, params.method);
    note('method', method);
    const mask = found(method);
    const share = selectedShare(mask);
    note('selected', share);
    const warning = extentWarnings[share]?.[method];
    if (warning !== undefined) note('warning', warning);
    await show({ slot: 'image', picture: maskView(mask, 'tint', inputs.image) });
    return { mask };

    function found(method: Found) {
      const { image } = inputs;
      if (method === 'alpha') return resizeMask(required(inputs.alpha, 'alpha'), image);
      if (method === 'difference') {
        const other = resizePicture(required(inputs.other, 'other'), {
          width: image.width,
          height: image.height,
          filter: 'bicubic',
        });
        return differenceMask(image, other, params);
      }
      const colour = keyColour(params.colour) ?? borderColour(image);
      note('key colour', hexOf(colour));
      return keyMask(image, colour, params);
    }
  },
});

type Method = z.infer<typeof autoMask.params>['method'];
type Found = Exclude<Method, 'auto'>;

/** By what is selected, where that is hardly what was meant. */
const extentWarnings: Readonly<Record<string, Readonly<Record<Found, string>>>> = {
  nothing: {
    alpha: 'The picture is transparent everywhere, so nothing is selected',
    colour: 'All of the picture looks like the key colour: lower Tolerance, or choose another colour',
    difference:
      'The two pictures look the same: lower Tolerance, or wire the scene without the object to Second',
  },
  everything: {
    alpha: 'The picture has no transparency, so everything is selected',
    colour: 'Nothing along the border looks like the key colour: raise Tolerance, or choose another colour',
    difference:
      'The two pictures differ along the whole border: raise Tolerance, or wire the same scene to Second',
  },
};

function methodFor(
  { alpha, other }: { readonly alpha?: { readonly data: Float32Array }; readonly other?: unknown },
  asked: Method,
): Found {
  if (asked !== 'auto') return asked;
  if (alpha?.data.some((value) => value < 1)) return 'alpha';
  return other ? 'difference' : 'colour';
}

function required<T>(value: T | undefined, port: 'alpha' | 'other'): T {
  if (value !== undefined) return value;
  const what = port === 'alpha' ? 'the mask of Load Image at Transparency' : 'a picture at Second';
  throw new NodeError('bad-parameter', `This method needs ${what}, which is not wired.`, port);
}

/** Version 1 looked for the outside by colour only. */
function withHoles(params: Record<string, unknown>): Record<string, unknown> {
  return params['method'] === 'difference' ? { ...params, outside: false } : params;
}
