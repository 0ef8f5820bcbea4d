import type { VggPixels } from '../architectures/vggConfig.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';

/** Of a channel c of the network's input: `colour(source) * scale - offset`. */
interface Channel {
  /** 0 red, 1 green, 2 blue. */
  readonly colour: number;
  readonly scale: number;
  readonly offset: number;
}

/** ImageNet's mean colour in Caffe's levels: blue, green, red. Deep Painterly Harmonization scales by 256, not 255. */
const caffeMean = [103.939, 116.779, 123.68];
const [mean, deviation] = [
  [0.485, 0.456, 0.406],
  [0.229, 0.224, 0.225],
];

const channels: Readonly<Record<VggPixels, readonly Channel[]>> = {
  caffe: caffeMean.map((offset, i) => ({ colour: 2 - i, scale: 256, offset })),
  torchvision: mean!.map((value, i) => ({
    colour: i,
    scale: 1 / deviation![i]!,
    offset: value / deviation![i]!,
  })),
  normalised: [0, 1, 2].map((colour) => ({ colour, scale: 1, offset: 0 })),
};

/** A picture `[1, 3, H, W]`, RGB in [0, 1], as a VGG with such pixels takes it. */
export function toVggPixels({ shape, data }: Tensor, pixels: VggPixels): Tensor {
  const result = tensor(shape);
  const area = data.length / 3;
  for (const [channel, { colour, scale, offset }] of channels[pixels].entries())
    for (let i = 0; i < area; i++)
      result.data[channel * area + i] = data[colour * area + i]! * scale - offset;
  return result;
}

/** The way back, not clipped. */
export function fromVggPixels({ shape, data }: Tensor, pixels: VggPixels): Tensor {
  const result = tensor(shape);
  const area = data.length / 3;
  for (const [channel, { colour, scale, offset }] of channels[pixels].entries())
    for (let i = 0; i < area; i++)
      result.data[colour * area + i] = (data[channel * area + i]! + offset) / scale;
  return result;
}
