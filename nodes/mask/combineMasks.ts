import { resizeMask } from '../../models/image/resizeMask.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { choice } from '../contract/parameter.ts';
import { maskView } from './maskView.ts';
import { selectedShare } from './selectedShare.ts';

const operations = {
  union: (first: number, second: number) => Math.max(first, second),
  intersection: (first: number, second: number) => Math.min(first, second),
  difference: (first: number, second: number) => Math.min(first, 1 - second),
};

export const combineMasks = defineNode({
  type: 'mask/combine',
  version: 1,
  title: 'Combine Masks',
  help: 'Makes one mask of two: what either selects, what both select, or the first without the second. Soft edges stay soft. When they differ in size, the second is stretched to the size of the first.',
  inputs: {
    first: { type: 'mask', title: 'First', help: 'Gives the result its size.' },
    second: { type: 'mask', title: 'Second', help: 'Is stretched to the size of the first.' },
  },
  outputs: { mask: { type: 'mask', title: 'Mask', help: 'Both in one.' } },
  params: z.object({
    operation: choice({
      title: 'Operation',
      help: 'How the two become one.',
      default: 'union',
      choices: { union: 'Either', intersection: 'Both', difference: 'First without second' },
    }),
  }),
  showsPictures: true,

  async run({ inputs, params, show, note }) {
    const { first } = inputs;
    const second = resizeMask(inputs.second, first);
    const combine = operations[params.operation];
    const mask = { ...first, data: first.data.map((value, i) => combine(value, second.data[i]!)) };
    note('selected', selectedShare(mask));
    await show({ slot: 'image', picture: maskView(mask, 'mask') });
    return { mask };
  },
});
