export type Colour = readonly [red: number, green: number, blue: number, alpha: number];
export type ColourScale = (share: number) => Colour;

const DIVERGING: readonly Colour[] = [
  [5, 80, 160, 255],
  [100, 170, 220, 255],
  [246, 246, 246, 255],
  [240, 150, 90, 255],
  [170, 30, 20, 255],
];
/** Lets the picture below through, most where there is little to show. */
const HEAT: readonly Colour[] = [
  [0, 0, 10, 150],
  [87, 16, 110, 160],
  [200, 60, 70, 175],
  [250, 150, 10, 190],
  [252, 255, 164, 205],
];

/** From -1 (blue) over 0 (white) to 1 (red). */
export const diverging: ColourScale = (share) => between(DIVERGING, (share + 1) / 2);

/** From 0 (dark) to 1 (yellow), by the square root: attention is often spread thin, and would be all dark. */
export const heat: ColourScale = (share) => between(HEAT, Math.sqrt(Math.max(0, share)));

/** As CSS, for a legend: `from` and `to` are the ends of the scale. */
export function gradient(scale: ColourScale, from: number, to: number): string {
  const stops = Array.from({ length: 9 }, (_, i) => {
    const [red, green, blue] = scale(from + ((to - from) * i) / 8);
    return `rgb(${red} ${green} ${blue})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

/** Pixels as a canvas takes them. */
export function coloured(
  values: readonly number[],
  most: number,
  scale: ColourScale,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(values.length * 4);
  values.forEach((value, i) => pixels.set(scale(most > 0 ? value / most : 0), i * 4));
  return pixels;
}

function between(stops: readonly Colour[], share: number): Colour {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const low = stops[Math.floor(at)]!;
  const high = stops[Math.ceil(at)]!;
  const mix = (channel: number): number =>
    Math.round(low[channel]! + (at % 1) * (high[channel]! - low[channel]!));
  return [mix(0), mix(1), mix(2), mix(3)];
}
