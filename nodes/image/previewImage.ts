import { z } from 'zod';
import { defineNode } from '../contract/node.ts';

export const previewImage = defineNode({
  type: 'image/preview',
  version: 1,
  title: 'Preview Image',
  help: 'Shows a picture on the canvas without keeping it as a result. Put it anywhere on a wire that carries pictures to see what happens there.',
  inputs: { image: { type: 'image', title: 'Image', help: 'The picture to show.' } },
  outputs: {},
  params: z.object({}),
  showsPictures: true,
  isOutput: true,

  async run({ inputs, show }) {
    await show({ slot: 'image', picture: inputs.image });
    return {};
  },
});
