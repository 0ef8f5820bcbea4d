import type { StepRecord } from '../../server/protocol/runs.ts';
import type { StepAxis } from './stepAxis.ts';

/** One number of each step; undefined where a step does not have it. */
export interface StepSeries {
  readonly name: string;
  readonly values: readonly (number | undefined)[];
}

/** The statistics that steps carry, by name, in the order in which they appear. */
export function statisticsOf(frames: readonly StepRecord[]): StepSeries[] {
  const names = new Set(frames.flatMap(({ values }) => Object.keys(values ?? {})));
  return [...names].map((name) => ({ name, values: frames.map(({ values }) => values?.[name]) }));
}

export interface Curve {
  /** Points as an SVG polyline takes them, one text for each stretch without a gap, in a square of 100 by 100. */
  readonly lines: readonly string[];
  readonly min: number;
  readonly max: number;
  /** Where a value lies, in hundredths from the top. */
  height(value: number): number;
}

/** A curve through the values of the axis' frames; undefined when two values are not there to be joined. */
export function curveOf(values: StepSeries['values'], axis: Pick<StepAxis, 'placeAt'>): Curve | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length < 2) return undefined;
  const [min, max] = [Math.min(...known), Math.max(...known)];
  const height = (value: number): number => (max === min ? 50 : 100 * (1 - (value - min) / (max - min)));
  const stretches: string[][] = [[]];
  values.forEach((value, index) => {
    if (value === undefined) stretches.push([]);
    else stretches.at(-1)!.push(`${axis.placeAt(index) / 10},${height(value)}`);
  });
  return {
    lines: stretches.filter((points) => points.length > 1).map((points) => points.join(' ')),
    min,
    max,
    height,
  };
}
