import type { VggPixels } from '../architectures/vggConfig.ts';
import { rounded, tensor, type DoubleTensor, type Tensor } from '../tensor/tensor.ts';

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
  return rounded(toExactVggPixels(pictures, pixels));
}

/** The same before it is rounded to float32. */
export function toExactVggPixels({ shape, data }: Tensor, pixels: VggPixels): DoubleTensor {
  const into = new Float64Array(data.length);
  mapPlanes({ shape, data }, into, (colours) =>
    channels[pixels].map(({ colour, scale, offset }) =>
      new Float64Array(colours[colour]!).map((value) => meant(value) * scale - offset),
    ),
  );
  return { shape, data: into };
}

/** The way back, not clipped. */
export function fromVggPixels(pictures: Tensor, pixels: VggPixels): Tensor {
  const result = tensor(pictures.shape);
  mapPlanes(pictures, result.data, (planes) =>
    [0, 1, 2].map((wanted) => {
      const at = channels[pixels].findIndex(({ colour }) => colour === wanted);
      const { scale, offset } = channels[pixels][at]!;
      return planes[at]!.map((value) => (value + offset) / scale);
    }),
  );
  return result;
}

/** What float32 stands for where it is an 8-bit level: Caffe's scale would show its rounding, the same all over a flat colour. */
function meant(value: number): number {
  const level = Math.round(value * 255) / 255;
  return Math.fround(level) === value ? level : value;
}

/** Three planes of every picture to three others. */
function mapPlanes(
  { shape, data }: Tensor,
  into: Float32Array | Float64Array,
  change: (planes: readonly Float32Array[]) => readonly (Float32Array | Float64Array)[],
): void {
  const area = shape.slice(-2).reduce((product, size) => product * size, 1);
  for (let start = 0; start < data.length; start += 3 * area) {
    const planes = [0, 1, 2].map((i) => data.subarray(start + i * area, start + (i + 1) * area));
    for (const [i, plane] of change(planes).entries()) into.set(plane, start + i * area);
  }
}
