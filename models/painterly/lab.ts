import { tensor, type Tensor } from '../tensor/tensor.ts';

/** D65, as in colorspace.m (Getreuer), which the published clean-up step uses. */
const WHITE = [0.950456, 1, 1.088754] as const;
/** XYZ to linear RGB, rounded as there; the way to XYZ is its inverse. */
const TO_RGB = [
  [3.2406, -1.5372, -0.4986],
  [-0.9689, 1.8758, 0.0415],
  [0.0557, -0.204, 1.057],
] as const;
const TO_XYZ = inverse(TO_RGB);

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/** RGB in [0, 1] as CIE L*a*b*, `[1, 3, H, W]`. */
export function rgbToLab(rgb: Tensor): Tensor {
  return mapColours(rgb, (colour) => {
    const xyz = times(TO_XYZ, colour.map(linear) as unknown as Triple);
    const [x, y, z] = xyz.map((value, i) => curve(value / WHITE[i]!)) as unknown as Triple;
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  });
}

/** The way back. Colours outside RGB get white added until none is negative, and are clipped to [0, 1]. */
export function labToRgb(lab: Tensor): Tensor {
  return mapColours(lab, ([l, a, b]) => {
    const y = (l + 16) / 116;
    const xyz = [y + a / 500, y, y - b / 200].map((value, i) => uncurve(value) * WHITE[i]!);
    const rgb = times(TO_RGB, xyz as unknown as Triple);
    const white = Math.max(0, -Math.min(...rgb));
    return rgb.map((value) => Math.min(1, Math.max(0, gamma(value + white)))) as unknown as Triple;
  });
}

function mapColours({ shape, data }: Tensor, change: (colour: Triple) => Triple): Tensor {
  const area = data.length / 3;
  const result = tensor(shape);
  for (let i = 0; i < area; i++) {
    const changed = change([data[i]!, data[area + i]!, data[2 * area + i]!]);
    for (let channel = 0; channel < 3; channel++) result.data[channel * area + i] = changed[channel]!;
  }
  return result;
}

function times(matrix: Matrix, [a, b, c]: Triple): Triple {
  return matrix.map(([x, y, z]) => x * a + y * b + z * c) as unknown as Triple;
}

function linear(value: number): number {
  return value <= 0.0404482362771076 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
function gamma(value: number): number {
  return value <= 0.0031306684425005883 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}
function curve(value: number): number {
  return value < 0.008856 ? value * (841 / 108) + 4 / 29 : Math.cbrt(value);
}
function uncurve(value: number): number {
  const cube = value ** 3;
  return cube < 0.008856 ? (value - 4 / 29) * (108 / 841) : cube;
}

function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const over = (value: number) => value / determinant;
  return [
    [over(e * i - f * h), over(c * h - b * i), over(b * f - c * e)],
    [over(f * g - d * i), over(a * i - c * g), over(c * d - a * f)],
    [over(d * h - e * g), over(b * g - a * h), over(a * e - b * d)],
  ];
}
