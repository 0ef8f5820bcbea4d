import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { number } from '../contract/parameter.ts';

export const numberValue = defineNode({
  type: 'values/number',
  version: 1,
  title: 'Number',
  help: 'One number for several nodes: wire it to their parameters, and change it in one place. Parameters that count things need a whole number.',
  inputs: {},
  outputs: { number: { type: 'number', title: 'Number', help: 'The number.' } },
  params: z.object({
    value: number({
      title: 'Value',
      help: 'The number to hand on.',
      default: 1,
      min: -1_000_000,
      max: 1_000_000,
      control: 'number',
      handsOn: 'number',
    }),
  }),

  async run({ params }) {
    return { number: params.value };
  },
});
