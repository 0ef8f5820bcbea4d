import type { Rgb } from '../../models/image/colourDistance.ts';
import { resizeMask } from '../../models/image/resizeMask.ts';
import { resizePicture } from '../../models/image/resizePicture.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { choice, number, text, toggle } from '../contract/parameter.ts';
import { borderColour, differenceMask, keyMask } from './keyMask.ts';
import { maskView } from './maskView.ts';
import { selectedShare } from './selectedShare.ts';

export const autoMask = defineNode({
  type: 'mask/auto',
  version: 1,
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
      help: 'Colour key: takes away what is connected with the border, and keeps parts inside the object that have the same colour.',
      default: true,
    }),
  }),
  showsPictures: true,

  async run({ inputs, params, show, note }) {
    const method = methodFor(inputs, params.method);
    note('method', method);
    const mask = await found(method);
    note('selected', selectedShare(mask));
    await show({ slot: 'image', picture: maskView(mask, 'tint', inputs.image) });
    return { mask };

    async function found(method: Exclude<Method, 'auto'>) {
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
      return keyMask(image, keyColour(params.colour) ?? borderColour(image), params);
    }
  },
});

type Method = z.infer<typeof autoMask.params>['method'];

function methodFor(
  { alpha, other }: { readonly alpha?: { readonly data: Float32Array }; readonly other?: unknown },
  asked: Method,
): Exclude<Method, 'auto'> {
  if (asked !== 'auto') return asked;
  if (alpha?.data.some((value) => value < 1)) return 'alpha';
  return other ? 'difference' : 'colour';
}

function required<T>(value: T | undefined, port: 'alpha' | 'other'): T {
  if (value !== undefined) return value;
  const what = port === 'alpha' ? 'the mask of Load Image at Transparency' : 'a picture at Second';
  throw new NodeError('bad-parameter', `This method needs ${what}, which is not wired.`, port);
}

function keyColour(written: string): Rgb | undefined {
  const digits = /^#?([0-9a-f]{6})$/i.exec(written.trim())?.[1];
  if (digits) return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16)) as unknown as Rgb;
  if (written.trim() === '') return undefined;
  const message = `The key colour must be six hexadecimal digits like #00ff00, found "${written.slice(0, 40)}".`;
  throw new NodeError('bad-parameter', message, 'colour');
}
