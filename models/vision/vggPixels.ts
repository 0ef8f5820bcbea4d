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

/** Pictures `[B, 3, H, W]`, RGB in [0, 1], as a VGG with such pixels takes them. */
export function toVggPixels(pictures: Tensor, pixels: VggPixels): Tensor {
  return mapPlanes(pictures, (colours) =>
    channels[pixels].map(({ colour, scale, offset }) =>
      colours[colour]!.map((value) => meant(value) * scale - offset),
    ),
  );
}

/** The way back, not clipped. */
export function fromVggPixels(pictures: Tensor, pixels: VggPixels): Tensor {
  return mapPlanes(pictures, (planes) =>
    [0, 1, 2].map((wanted) => {
      const at = channels[pixels].findIndex(({ colour }) => colour === wanted);
      const { scale, offset } = channels[pixels][at]!;
      return planes[at]!.map((value) => (value + offset) / scale);
    }),
  );
}

/** What float32 stands for where it is an 8-bit level: Caffe's scale would show its rounding, the same all over a flat colour. */
function meant(value: number): number {
  const level = Math.round(value * 255) / 255;
  return Math.fround(level) === value ? level : value;
}

type Planes = readonly Float32Array[];

/** Three planes of every picture to three others. */
function mapPlanes({ shape, data }: Tensor, change: (planes: Planes) => Planes): Tensor {
  const result = tensor(shape);
  const area = shape.slice(-2).reduce((product, size) => product * size, 1);
  for (let start = 0; start < data.length; start += 3 * area) {
    const planes = [0, 1, 2].map((i) => data.subarray(start + i * area, start + (i + 1) * area));
    for (const [i, plane] of change(planes).entries()) result.data.set(plane, start + i * area);
  }
  return result;
}
