import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { text } from '../contract/parameter.ts';

export const textValue = defineNode({
  type: 'values/text',
  version: 1,
  title: 'Text',
  help: 'One piece of text for several nodes, for example the name under which pictures are saved.',
  inputs: {},
  outputs: { text: { type: 'text', title: 'Text', help: 'The text.' } },
  params: z.object({
    text: text({ title: 'Text', help: 'The text to hand on.', default: '', multiline: true }),
  }),

  async run({ params }) {
    return { text: params.text };
  },
});
