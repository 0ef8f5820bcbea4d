/** Three planes of a picture: red, green and blue in [0, 1], or L*, a* and b*. */
export type ColourPlanes = readonly Float64Array[];

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

/** RGB as CIE L*a*b*. */
export function rgbToLab(rgb: ColourPlanes): ColourPlanes {
  return mapColours(rgb, (red, green, blue) => {
    const xyz = times(TO_XYZ, linear(red), linear(green), linear(blue));
    const y = curve(xyz[1] / WHITE[1]);
    return [116 * y - 16, 500 * (curve(xyz[0] / WHITE[0]) - y), 200 * (y - curve(xyz[2] / WHITE[2]))];
  });
}

/** The way back. Colours outside RGB get white added until none is negative, and are clipped to [0, 1]. */
export function labToRgb(lab: ColourPlanes): ColourPlanes {
  return mapColours(lab, (l, a, b) => {
    const y = (l + 16) / 116;
    const [red, green, blue] = times(
      TO_RGB,
      uncurve(y + a / 500) * WHITE[0],
      uncurve(y) * WHITE[1],
      uncurve(y - b / 200) * WHITE[2],
    );
    const white = Math.max(0, -Math.min(red, green, blue));
    return [clipped(gamma(red + white)), clipped(gamma(green + white)), clipped(gamma(blue + white))];
  });
}

function mapColours(
  planes: ColourPlanes,
  change: (first: number, second: number, third: number) => Triple,
): ColourPlanes {
  const [one, two, three] = [0, 1, 2].map((i) => planes[i]!) as [Float64Array, Float64Array, Float64Array];
  const result = planes.map(({ length }) => new Float64Array(length));
  for (let i = 0; i < one.length; i++) {
    const changed = change(one[i]!, two[i]!, three[i]!);
    for (let channel = 0; channel < 3; channel++) result[channel]![i] = changed[channel]!;
  }
  return result;
}

function times([first, second, third]: Matrix, a: number, b: number, c: number): Triple {
  return [
    first[0] * a + first[1] * b + first[2] * c,
    second[0] * a + second[1] * b + second[2] * c,
    third[0] * a + third[1] * b + third[2] * c,
  ];
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
function clipped(value: number): number {
  return Math.min(1, Math.max(0, value));
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
