import type { StepAxis } from '../stepAxis.ts';
import type { StepSeries } from '../stepSeries.ts';
import type { ValueScale } from './valueScale.ts';

/** Places across that a line is drawn from: more could not be told apart. */
const COLUMNS = 400;

/**
 * A line through the values as an SVG path takes it, with a gap where a step has none. Of the steps in a column the first,
 * the last, the lowest and the highest are joined.
 */
export function lossLine(values: StepSeries['values'], axis: StepAxis, scale: ValueScale): string {
  const parts: string[] = [];
  let joined = false;
  const draw = (column: readonly number[]): void => {
    for (const index of keptOf(column, values)) {
      const [x, y] = [axis.placeAt(index), scale.height(values[index]!)];
      parts.push(`${joined ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`);
      joined = true;
    }
  };
  let column: number[] = [];
  const columnOf = (index: number): number => Math.floor((axis.placeAt(index) * COLUMNS) / 1000);
  values.forEach((value, index) => {
    if (value === undefined || (column.length > 0 && columnOf(index) !== columnOf(column[0]!))) {
      draw(column);
      column = [];
    }
    if (value === undefined) joined = false;
    else column.push(index);
  });
  draw(column);
  return parts.join('');
}

/** Positions of the first, the lowest, the highest and the last value, in their order. */
function keptOf(column: readonly number[], values: StepSeries['values']): readonly number[] {
  if (column.length < 3) return column;
  const low = column.reduce((a, b) => (values[b]! < values[a]! ? b : a));
  const high = column.reduce((a, b) => (values[b]! > values[a]! ? b : a));
  return [...new Set([column[0]!, low, high, column.at(-1)!])].sort((a, b) => a - b);
}
