import type { StepRecord } from '../../server/protocol/runs.ts';
import type { StepSeries } from './stepSeries.ts';

/** Values further apart than this are drawn by powers of ten. */
const DECADES = 100;
/** What is smaller still lies at the bottom: a loss may begin at nothing but rounding. */
const MOST_DECADES = 8;
/** Places across that a line is drawn from: more could not be told apart. */
const COLUMNS = 400;

export interface LossChart {
  /** The same in every chart of these names: the lines are told apart by number, dashes and colour. */
  readonly series: readonly (StepSeries & { readonly line: string; readonly end: number | undefined })[];
  readonly scale: ValueScale;
  readonly axis: StepAxis;
}

/** Where steps lie, in thousandths from the left. */
export interface StepAxis {
  readonly first: number;
  readonly last: number;
  place(step: number): number;
  /** Position of the frame that is nearest to a share of the width. */
  nearest(share: number): number;
}

/** Where values lie, in thousandths from the top. */
export interface ValueScale {
  readonly logarithmic: boolean;
  readonly ticks: readonly number[];
  height(value: number): number;
}

/** The losses of steps in one chart over `until` steps; undefined before there are two steps with a number. */
export function lossChart(frames: readonly StepRecord[], until: number): LossChart | undefined {
  const names = new Set(frames.flatMap((frame) => Object.keys(lossesOf(frame))));
  const plain = [...names].map((name) => ({ name, values: frames.map((frame) => lossesOf(frame)[name]) }));
  if (!plain.some(({ values }) => values.filter((value) => value !== undefined).length > 1)) return undefined;
  const scale = valueScale(plain.flatMap(({ values }) => values.filter((value) => value !== undefined)));
  const axis = stepAxis(frames, until);
  const series = plain.map(({ name, values }) => {
    const last = values.findLast((value) => value !== undefined);
    const end = last === undefined ? undefined : scale.height(last);
    return { name, values, line: lineOf({ frames, values, scale, axis }), end };
  });
  return { series, scale, axis };
}

const lossesOf = (frame: StepRecord): Readonly<Record<string, number>> =>
  'losses' in frame ? frame.losses : {};

function stepAxis(frames: readonly StepRecord[], until: number): StepAxis {
  const first = frames[0]?.step ?? 1;
  const last = Math.max(until, frames.at(-1)?.step ?? 1, first + 1);
  const place = (step: number): number => (1000 * (step - first)) / (last - first);
  const nearest = (share: number): number => {
    const step = first + share * (last - first);
    const after = frames.findIndex((frame) => frame.step >= step);
    if (after <= 0) return after < 0 ? frames.length - 1 : 0;
    return frames[after]!.step - step < step - frames[after - 1]!.step ? after : after - 1;
  };
  return { first, last, place, nearest };
}

/** By powers of ten when values span more than two of them; what is nothing, or nearly, then lies at the bottom. */
export function valueScale(values: readonly number[]): ValueScale {
  const [least, most] = [smallest(values), -smallest(values.map((value) => -value))];
  const above = smallest(values.filter((value) => value > 0));
  if (least >= 0 && most > DECADES * above) {
    const high = Math.ceil(Math.log10(most));
    const low = Math.max(Math.floor(Math.log10(above)), high - MOST_DECADES);
    const stride = Math.ceil((high - low) / 4);
    const ticks = Array.from(
      { length: Math.floor((high - low) / stride) + 1 },
      (_, i) => 10 ** (low + i * stride),
    );
    const height = (value: number): number =>
      value <= 10 ** low ? 1000 : 1000 * (1 - (Math.log10(value) - low) / (high - low));
    return { logarithmic: true, ticks, height };
  }
  const stride = roundStride((most - least || Math.abs(most) || 1) / 3);
  const [low, high] = [
    Math.floor(least / stride),
    Math.max(Math.floor(least / stride) + 1, Math.ceil(most / stride)),
  ];
  const ticks = Array.from({ length: high - low + 1 }, (_, i) =>
    Number(((low + i) * stride).toPrecision(12)),
  );
  const height = (value: number): number => 1000 * (1 - (value / stride - low) / (high - low));
  return { logarithmic: false, ticks, height };
}

/** 1, 2 or 5 times a power of ten, at least as large. */
function roundStride(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= size * 0.999) ?? 10);
}

const smallest = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);

interface Line extends Pick<StepSeries, 'values'>, Pick<LossChart, 'scale' | 'axis'> {
  readonly frames: readonly StepRecord[];
}

/** As an SVG path takes it. Of the steps in a column the first, the last, the lowest and the highest are joined. */
function lineOf({ frames, values, scale, axis }: Line): string {
  const parts: string[] = [];
  let column: number[] = [];
  let joined = false;
  const draw = (): void => {
    const low = column.reduce((a, b) => (values[b]! < values[a]! ? b : a), column[0] ?? 0);
    const high = column.reduce((a, b) => (values[b]! > values[a]! ? b : a), column[0] ?? 0);
    const kept = [...new Set([column[0], low, high, column.at(-1)])].sort((a, b) => a! - b!);
    for (const index of column.length === 0 ? [] : kept) {
      const [x, y] = [axis.place(frames[index!]!.step), scale.height(values[index!]!)];
      parts.push(`${joined ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`);
      joined = true;
    }
    column = [];
  };
  const columnOf = (index: number): number => Math.floor((axis.place(frames[index]!.step) * COLUMNS) / 1000);
  values.forEach((value, index) => {
    if (value === undefined || (column.length > 0 && columnOf(index) !== columnOf(column[0]!))) draw();
    if (value === undefined) joined = false;
    else column.push(index);
  });
  draw();
  return parts.join('');
}

/** Moves places (in thousandths) apart to at least `gap`, in their order, and keeps them in the chart. */
export function spread(places: readonly number[], gap: number): number[] {
  const order = [...places.keys()].sort((a, b) => places[a]! - places[b]!);
  const room = Math.min(gap, 1000 / Math.max(1, places.length - 1));
  const moved = [...places];
  order.forEach((at, i) => {
    if (i > 0) moved[at] = Math.max(moved[at]!, moved[order[i - 1]!]! + room);
  });
  order.toReversed().forEach((at, i, reversed) => {
    const limit = i === 0 ? 1000 : moved[reversed[i - 1]!]! - room;
    moved[at] = Math.min(moved[at]!, limit);
  });
  return moved;
}
