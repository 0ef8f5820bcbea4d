import { z } from 'zod';
import { withParts } from '../../models/catalog/withParts.ts';
import { defineNode } from '../contract/node.ts';
import { model } from '../contract/parameter.ts';
import { noteModel } from '../diffusion/modelReading.ts';

export const loadAdapter = defineNode({
  type: 'harmonise/load-adapter',
  version: 1,
  title: 'Load Adapter',
  help: "Opens PHDiffusion's file: an adaptive encoder, which looks at a picture with something pasted into it, and the two fusion blocks that were trained with it. Its authors publish PHDiffusionWithRes.pth and PHDiffusionWithoutRes.pth (also called PHDiffusion.pth), made for Stable Diffusion 1.4. They open as they are.",
  inputs: {},
  outputs: {
    adapter: { type: 'adapter', title: 'Adapter', help: 'For Adaptive Encoder.' },
  },
  params: z.object({
    model: model({
      title: 'File',
      help: 'PHDiffusionWithRes.pth, PHDiffusionWithoutRes.pth, or one that was trained in the same way.',
      default: '',
      roles: ['adapter'],
    }),
  }),

  fingerprint: (params, services) => services.modelHash(params.model),

  async run({ params, services, note }) {
    const opened = withParts(await services.openModel(params.model), 'adapter');
    noteModel(note, opened);
    return { adapter: opened.adapter };
  },
});
