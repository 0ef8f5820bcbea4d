import { z } from 'zod';
import { pictureToTensor } from '../../models/image/unitPixels.ts';
import { histogramTerm } from '../../models/painterly/histogramTerm.ts';
import { histogramTarget } from '../../models/painterly/histogramTarget.ts';
import { allLosses, masksOf, type PictureLoss } from '../../models/painterly/pictureLoss.ts';
import { everywhere } from '../../models/painterly/plane.ts';
import { sizeOf } from '../../models/painterly/sizeOf.ts';
import { defineNode } from '../contract/node.ts';
import { checkPictureSize } from './checkPictureSize.ts';
import { layerSize } from './layerSize.ts';
import { lossMask, lossOutput, lossWeight, moreLosses } from './lossInputs.ts';
import { namedVggLayers, vggLayerParam } from './vggLayerParam.ts';

export const histogramLoss = defineNode({
  type: 'optimise/histogram-loss',
  version: 1,
  title: 'Histogram Loss',
  help: 'Has VGG’s responses take on the same values, as often, as in a painting. Beside a style loss it keeps textures as strong as the painting’s: that alone does not tell a few strong strokes from many faint ones.',
  inputs: {
    painting: { type: 'image', title: 'Painting', help: 'Whose values.' },
    mask: lossMask,
    losses: moreLosses,
  },
  outputs: { losses: lossOutput },
  params: z.object({
    weight: lossWeight(1),
    layers: vggLayerParam({ help: 'Whose values are compared.', default: 'relu1_1, relu4_1' }),
  }),

  async run({ inputs: { painting, mask, losses }, params }) {
    checkPictureSize(painting, 'painting');
    const own: PictureLoss = {
      terms: async (vgg, size) => {
        const layers = namedVggLayers(params.layers, vgg);
        const theirs = await vgg.responses(pictureToTensor(painting), layers);
        const masks = masksOf(mask, size);
        return layers.map((layer) => {
          const response = theirs.get(layer)!;
          const looked = masks(layer, layerSize(layer, size));
          const target = histogramTarget(response, everywhere(sizeOf(response)), { loose: looked });
          return histogramTerm({ layer, weight: params.weight, target, mask: looked });
        });
      },
    };
    return { losses: allLosses([losses, own]) };
  },
});
