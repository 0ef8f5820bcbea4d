import { roundStride } from '../roundStride.ts';

/** Values further apart than this are drawn by powers of ten. */
const DECADES = 100;
/** Below the largest and the middle value. What is smaller still lies at the bottom: a loss may begin at nothing but rounding. */
const [BELOW_MOST, BELOW_MIDDLE] = [8, 5];

/** Where values lie, in thousandths from the top. */
export interface ValueScale {
  readonly logarithmic: boolean;
  readonly ticks: readonly number[];
  height(value: number): number;
}

/** By powers of ten when values span more than two of them; what is nothing, or nearly, then lies at the bottom. */
export function valueScale(values: readonly number[]): ValueScale {
  const [least, most] = [smallest(values), -smallest(values.map((value) => -value))];
  const above = Float64Array.from(values.filter((value) => value > 0)).sort();
  return least >= 0 && most > DECADES * above[0]! ? logarithmic(above) : even(least, most);
}

/** Of values above 0, the smallest first. A step that went far astray does not hide what the others are. */
function logarithmic(above: Float64Array): ValueScale {
  const decadeOf = (place: number): number => Math.floor(Math.log10(above[place]!));
  const high = Math.ceil(Math.log10(above.at(-1)!));
  const shown = Math.min(high - BELOW_MOST, decadeOf(above.length >> 1) - BELOW_MIDDLE);
  const low = Math.max(decadeOf(0), shown);
  const stride = Math.ceil((high - low) / 4);
  const count = Math.floor((high - low) / stride) + 1;
  const ticks = Array.from({ length: count }, (_, i) => 10 ** (low + i * stride));
  const height = (value: number): number =>
    value <= 10 ** low ? 1000 : 1000 * (1 - (Math.log10(value) - low) / (high - low));
  return { logarithmic: true, ticks, height };
}

function even(least: number, most: number): ValueScale {
  const stride = roundStride((most - least || Math.abs(most) || 1) / 3);
  const low = Math.floor(least / stride);
  const high = Math.max(low + 1, Math.ceil(most / stride));
  const tick = (i: number): number => Number(((low + i) * stride).toPrecision(12));
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => tick(i));
  const height = (value: number): number => 1000 * (1 - (value / stride - low) / (high - low));
  return { logarithmic: false, ticks, height };
}

const smallest = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
