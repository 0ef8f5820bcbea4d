import type { StepRecord } from '../../../server/protocol/runs.ts';
import { capitalised } from '../capitalised.ts';
import { stepAxis, type StepAxis } from '../stepAxis.ts';
import type { StepSeries } from '../stepSeries.ts';
import { lineLook, type LineLook } from './lineLook.ts';
import { lossLine } from './lossLine.ts';
import { valueScale, type ValueScale } from './valueScale.ts';

/** One loss: told from the others by number, dashes and colour, which are the same in every chart of these names. */
export interface LossLine extends StepSeries {
  readonly title: string;
  readonly number: number;
  readonly look: LineLook;
  /** An SVG path, in thousandths. */
  readonly path: string;
  /** Its last value, if it has any. */
  readonly last: number | undefined;
}

export interface LossChart {
  readonly lines: readonly LossLine[];
  readonly scale: ValueScale;
  readonly axis: StepAxis;
}

/** The losses of steps in one chart over `until` steps; undefined before there are two steps with a number. */
export function lossChart(frames: readonly StepRecord[], until: number): LossChart | undefined {
  const series = lossesOf(frames);
  if (!series.some(({ values }) => values.filter((value) => value !== undefined).length > 1))
    return undefined;
  const scale = valueScale(series.flatMap(({ values }) => values.filter((value) => value !== undefined)));
  const axis = stepAxis(frames, until);
  const lines = series.map(({ name, values }, index) => ({
    name,
    values,
    title: capitalised(name),
    number: index + 1,
    look: lineLook(name, index),
    path: lossLine(values, axis, scale),
    last: values.findLast((value) => value !== undefined),
  }));
  return { lines, scale, axis };
}

function lossesOf(frames: readonly StepRecord[]): StepSeries[] {
  const told = frames.map((frame): Readonly<Record<string, number>> =>
    'losses' in frame ? frame.losses : {},
  );
  const names = new Set(told.flatMap((losses) => Object.keys(losses)));
  return [...names].map((name) => ({ name, values: told.map((losses) => losses[name]) }));
}
