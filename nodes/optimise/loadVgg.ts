import { z } from 'zod';
import { withParts } from '../../models/catalog/withParts.ts';
import { defineNode } from '../contract/node.ts';
import { choice, model } from '../contract/parameter.ts';
import { noteModel } from '../diffusion/modelReading.ts';

export const loadVgg = defineNode({
  type: 'optimise/load-vgg',
  version: 1,
  title: 'Load VGG',
  help: 'Opens VGG-19, the network that sees what a painting is made of: fine texture in its first layers, shapes in the deeper ones. Takes the Caffe file that Deep Painterly Harmonization uses (VGG_ILSVRC_19_layers.caffemodel), torchvision’s vgg19, Gatys’ vgg_conv.pth, and vgg_normalised.pth.',
  inputs: {},
  outputs: {
    vgg: {
      type: 'vgg',
      title: 'VGG',
      help: 'For VGG Features, Style Matching and whatever optimises a picture.',
    },
  },
  params: z.object({
    model: model({ title: 'File', help: 'A VGG-19 of any of these kinds.', default: '', roles: ['vgg'] }),
    pixels: choice({
      title: 'Colours',
      help: 'How the network was shown pictures when it was trained. The file says it, except when Caffe’s weights are stored under torchvision’s names: then choose Caffe, or the responses mean little.',
      default: 'file',
      choices: {
        file: 'As the file says',
        caffe: 'Caffe (blue, green, red; 0 to 255)',
        torchvision: 'torchvision (red, green, blue; normalised)',
      },
      advanced: true,
    }),
  }),

  fingerprint: (params, services) => services.modelHash(params.model),

  async run({ params, services, note }) {
    const opened = withParts(await services.openModel(params.model), 'vgg');
    const vgg = params.pixels === 'file' ? opened.vgg : opened.vgg.withPixels(params.pixels);
    noteModel(note, opened);
    note('colours', vgg.config.pixels);
    note('layers', `${vgg.layers[0]} to ${vgg.layers.at(-1)}`);
    return { vgg };
  },
});
