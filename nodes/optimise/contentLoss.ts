import { z } from 'zod';
import { resizePicture } from '../../models/image/resizePicture.ts';
import { pictureToTensor } from '../../models/image/unitPixels.ts';
import { contentTerm } from '../../models/painterly/contentTerm.ts';
import { sizeOf } from '../../models/painterly/sizeOf.ts';
import { allLosses, masksOf, type PictureLoss } from '../../models/painterly/pictureLoss.ts';
import { defineNode } from '../contract/node.ts';
import { lossMask, lossOutput, lossWeight, moreLosses } from './lossInputs.ts';
import { namedVggLayers, vggLayerParam } from './vggLayerParam.ts';

export const contentLoss = defineNode({
  type: 'optimise/content-loss',
  version: 1,
  title: 'Content Loss',
  help: 'Keeps what a picture depicts: VGG’s deeper layers are to answer to the optimised picture as they do to this one.',
  inputs: {
    image: {
      type: 'image',
      title: 'Image',
      help: 'What is depicted; another size is brought to that of the result.',
    },
    mask: lossMask,
    losses: moreLosses,
  },
  outputs: { losses: lossOutput },
  params: z.object({
    weight: lossWeight(5),
    layers: vggLayerParam({
      help: 'Whose responses are compared: the deeper, the freer the form.',
      default: 'relu4_2',
    }),
  }),

  async run({ inputs: { image, mask, losses }, params }) {
    const own: PictureLoss = {
      terms: async (vgg, size) => {
        const layers = namedVggLayers(params.layers, vgg);
        const fitted = resizePicture(image, { ...size, filter: 'bicubic' });
        const found = await vgg.responses(pictureToTensor(fitted), layers);
        const masks = masksOf(mask, size);
        return layers.map((layer) => {
          const target = found.get(layer)!;
          const looked = mask ? { mask: masks(layer, sizeOf(target)), maskedLoss: true } : {};
          return contentTerm({ layer, weight: params.weight, target, ...looked });
        });
      },
    };
    return { losses: allLosses([losses, own]) };
  },
});
