import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { choice, text, toggle } from '../contract/parameter.ts';

export const saveImage = defineNode({
  type: 'image/save',
  version: 1,
  title: 'Save Image',
  help: 'Keeps the picture as a result of the run, where it can be looked at and downloaded later. A PNG carries the whole workflow inside, with seeds and model hashes: drop it on the canvas to open the workflow it was made with.',
  inputs: { image: { type: 'image', title: 'Image', help: 'The picture to keep.' } },
  outputs: {},
  params: z.object({
    name: text({
      title: 'Name',
      help: 'File name without its ending. Empty = the title or id of this node.',
      default: '',
    }),
    format: choice({
      title: 'Format',
      help: 'PNG loses nothing and carries the workflow; JPEG and WebP are smaller.',
      default: 'png',
      choices: { png: 'PNG', jpeg: 'JPEG', webp: 'WebP' },
    }),
    workflow: toggle({
      title: 'Workflow inside',
      help: 'Puts the whole workflow into the PNG. Turn it off to hand out a picture without saying how it was made.',
      default: true,
      advanced: true,
    }),
  }),
  showsPictures: true,
  isOutput: true,

  async run({ inputs, params, show }) {
    await show({ slot: 'image', picture: inputs.image, save: params });
    return {};
  },
});
