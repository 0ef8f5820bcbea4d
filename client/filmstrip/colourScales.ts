export type Colour = readonly [red: number, green: number, blue: number, alpha: number];

/** Colours for shares of the largest value, which lie between -1 and 1 or between 0 and 1. */
export interface ColourScale {
  /** Where a share stands on the scale, from 0 to 1. */
  place(share: number): number;
  /** What stands there. */
  share(place: number): number;
  readonly stops: readonly Colour[];
}

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
/** What a logarithmic scale ends at, in powers of ten below the largest. */
const DECADES = 4;

/** From -1 (blue) over 0 (white) to 1 (red). */
export const diverging: ColourScale = {
  place: (share) => (share + 1) / 2,
  share: (place) => 2 * place - 1,
  stops: DIVERGING,
};

/**
 * From 0 (dark) to 1 (yellow). Attention is often spread thin, or nearly all of it is in one place: evenly spread
 * colours would show all dark, or a dot. By powers of ten, also what gave a thousandth is seen; by the square root, less
 * of it, and what gave most stands out.
 */
export const heatScales = {
  log: {
    place: (share) => (share > 0 ? 1 + Math.log10(share) / DECADES : 0),
    share: (place) => 10 ** (DECADES * (place - 1)),
    stops: HEAT,
  },
  root: { place: (share) => Math.sqrt(Math.max(0, share)), share: (place) => place ** 2, stops: HEAT },
} as const satisfies Record<string, ColourScale>;
export type HeatScaleName = keyof typeof heatScales;

/** The colours from one end of the scale to the other, as CSS. */
export function gradient({ stops }: ColourScale): string {
  return `linear-gradient(to right, ${stops.map(([red, green, blue]) => `rgb(${red} ${green} ${blue})`).join(', ')})`;
}

/** Pixels as a canvas takes them. `most` is what a share of 1 stands for. */
export function coloured(
  values: readonly number[],
  most: number,
  { stops, place }: ColourScale,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(values.length * 4);
  values.forEach((value, i) => pixels.set(between(stops, place(most > 0 ? value / most : 0)), i * 4));
  return pixels;
}

function between(stops: readonly Colour[], place: number): Colour {
  const at = Math.min(1, Math.max(0, place)) * (stops.length - 1);
  const low = stops[Math.floor(at)]!;
  const high = stops[Math.ceil(at)]!;
  const mix = (channel: number): number =>
    Math.round(low[channel]! + (at % 1) * (high[channel]! - low[channel]!));
  return [mix(0), mix(1), mix(2), mix(3)];
}
