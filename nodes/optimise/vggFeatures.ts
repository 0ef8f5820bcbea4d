import { z } from 'zod';
import { pictureToTensor } from '../../models/image/unitPixels.ts';
import { defineNode } from '../contract/node.ts';
import { overallStatistics } from '../latent/channelStatistics.ts';
import { checkFinite } from '../latent/checkLatent.ts';
import { checkPictureSize } from './checkPictureSize.ts';
import { responsePicture } from './responsePicture.ts';
import { namedVggLayers, vggLayerParam } from './vggLayerParam.ts';

export const vggFeatures = defineNode({
  type: 'optimise/vgg-features',
  version: 1,
  title: 'VGG Features',
  help: 'Shows a picture to VGG and gives what its layers answer, their responses. The node shows how strongly the deepest of them answers at every place; the notes say how strong each layer is on the whole.',
  inputs: {
    vgg: { type: 'vgg', title: 'VGG', help: 'From Load VGG.' },
    image: { type: 'image', title: 'Image', help: 'Of any size; larger ones take more memory.' },
  },
  outputs: {
    responses: {
      type: 'responses',
      title: 'Responses',
      help: 'What each of the layers answers at every place.',
    },
    table: { type: 'table', title: 'Table', help: 'One row a layer: channels, size, mean and deviation.' },
  },
  params: z.object({
    layers: vggLayerParam({
      help: 'Whose responses to give.',
      default: 'relu1_1, relu2_1, relu3_1, relu4_1, relu5_1',
    }),
  }),
  showsPictures: true,
  isOutput: true,

  async run({ inputs: { vgg, image }, params, show, note }) {
    checkPictureSize(image, 'image');
    const names = namedVggLayers(params.layers, vgg);
    const found = await vgg.responses(pictureToTensor(image), names);
    const layers = new Map(names.map((name) => [name, found.get(name)!]));
    const rows = names.map((name) => {
      const response = layers.get(name)!;
      checkFinite(response, `The response of ${name}`);
      const [, channels = 0, height = 0, width = 0] = response.shape;
      const { mean, std } = overallStatistics(response);
      note(
        name,
        `${channels} channels of ${width} x ${height}, mean ${mean.toPrecision(3)}, deviation ${std.toPrecision(3)}`,
      );
      return [name, channels, width, height, mean, std];
    });
    const { width, height } = image;
    await show({ slot: 'image', picture: responsePicture(layers.get(names.at(-1)!)!, image) });
    return {
      responses: { networkKey: vgg.key, width, height, layers },
      table: { columns: ['layer', 'channels', 'width', 'height', 'mean', 'std'], rows },
    };
  },
});
