import { z } from 'zod';
import type { Mask, Picture } from '../../models/image/picture.ts';
import { pictureToTensor } from '../../models/image/unitPixels.ts';
import { gramMatrix } from '../../models/painterly/gramMatrix.ts';
import { allLosses, masksOf, type PictureLoss } from '../../models/painterly/pictureLoss.ts';
import { everywhere, type Plane } from '../../models/painterly/plane.ts';
import { sizeOf } from '../../models/painterly/sizeOf.ts';
import { matchedGram, type StyleMatches } from '../../models/painterly/styleMatches.ts';
import { styleTerm } from '../../models/painterly/styleTerm.ts';
import type { Size } from '../../models/painterly/torch7Resize.ts';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { checkPictureSize } from './checkPictureSize.ts';
import { layerSize } from './layerSize.ts';
import { lossMask, lossOutput, lossWeight, moreLosses } from './lossInputs.ts';
import { namedVggLayers, vggLayerParam } from './vggLayerParam.ts';

export const styleLoss = defineNode({
  type: 'optimise/style-loss',
  version: 1,
  title: 'Style Loss',
  help: 'Gives a picture the texture of a painting: how VGG’s channels answer together (Gram matrices), whatever stands where. With Style Matching, only the matched places of the painting count.',
  inputs: {
    painting: { type: 'image', title: 'Painting', help: 'Whose texture; all of it.', optional: true },
    matches: {
      type: 'matches',
      title: 'Matches',
      help: 'From Style Matching, in place of a painting.',
      optional: true,
    },
    mask: lossMask,
    losses: moreLosses,
  },
  outputs: { losses: lossOutput },
  params: z.object({
    weight: lossWeight(100),
    layers: vggLayerParam({
      help: 'Whose texture is compared: the first ones see brushwork, deeper ones larger patterns. With matches, those that were matched.',
      default: 'relu1_1, relu2_1, relu3_1, relu4_1, relu5_1',
    }),
  }),

  async run({ inputs: { painting, matches, mask, losses }, params }) {
    if (!painting === !matches) {
      const message = `A style loss takes a painting or matches, found ${painting ? 'both' : 'neither'}.`;
      throw new NodeError('bad-parameter', message, 'painting');
    }
    if (painting) checkPictureSize(painting, 'painting');
    const own = matches ? matchedStyle(matches, mask, params) : wholeStyle(painting!, mask, params);
    return { losses: allLosses([losses, own]) };
  },
});

interface StyleParams {
  readonly weight: number;
  readonly layers: string;
}

function wholeStyle(painting: Picture, mask: Mask | undefined, { weight, layers }: StyleParams): PictureLoss {
  return {
    terms: async (vgg, size) => {
      const named = namedVggLayers(layers, vgg);
      const theirs = await vgg.responses(pictureToTensor(painting), named);
      return named.map((layer) => {
        const response = theirs.get(layer)!;
        const target = gramMatrix(response, everywhere(sizeOf(response)));
        return styleTerm({ layer, weight, target, mask: lookedAt(layer, mask, size) });
      });
    },
  };
}

function matchedStyle(matches: StyleMatches, mask: Mask | undefined, { weight }: StyleParams): PictureLoss {
  return {
    terms: async (vgg, size) => {
      if (matches.networkKey !== vgg.key)
        throw new NodeError(
          'shape-mismatch',
          'The matches were found with another VGG than the one that optimises.',
        );
      if (matches.size.width !== size.width || matches.size.height !== size.height) {
        const message = `The matches are of a picture of ${matches.size.width} x ${matches.size.height} pixels, the one that is optimised has ${size.width} x ${size.height}.`;
        throw new NodeError('shape-mismatch', message);
      }
      const named = [...matches.layers.keys()];
      const theirs = await vgg.responses(matches.painting, named);
      return named.map((layer) => {
        const looked = lookedAt(layer, mask, size);
        const target = matchedGram(theirs.get(layer)!, matches.layers.get(layer)!, looked);
        return styleTerm({ layer, weight, target, mask: looked });
      });
    },
  };
}

function lookedAt(layer: string, mask: Mask | undefined, size: Size): Plane {
  return masksOf(mask, size)(layer, layerSize(layer, size));
}
