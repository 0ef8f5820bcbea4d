import { z } from 'zod';
import { defineNode } from '../contract/node.ts';

export const compareImages = defineNode({
  type: 'image/compare',
  version: 1,
  title: 'Compare',
  help: 'Shows two pictures on top of each other with a slider between them, for example a photo and its stylised version. The pictures may differ in size; both are shown at the same height.',
  inputs: {
    before: { type: 'image', title: 'Before', help: 'Shown to the left of the slider.' },
    after: { type: 'image', title: 'After', help: 'Shown to the right of the slider.' },
  },
  outputs: {},
  params: z.object({}),
  showsPictures: true,
  isOutput: true,

  async run({ inputs, show }) {
    await show({ slot: 'before', picture: inputs.before });
    await show({ slot: 'after', picture: inputs.after });
    return {};
  },
});
