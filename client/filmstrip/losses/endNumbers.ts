import type { LossChart } from './lossChart.ts';
import { spread } from './spread.ts';

/** Height of a number, in CSS pixels. */
const NUMBER = 12;
/** How far from its line a number may stand, in numbers. */
const FARTHEST = 2;

export interface EndNumber {
  readonly name: string;
  readonly number: number;
  /** In thousandths from the top. */
  readonly top: number;
  readonly colour: string;
}

/**
 * The numbers where lines end, in a chart of so many pixels. They keep apart from each other, and near their lines: of those
 * that would have to go further away the first ones stay.
 */
export function endNumbers(
  { lines, scale }: Pick<LossChart, 'lines' | 'scale'>,
  height: number,
): EndNumber[] {
  const gap = (1000 * NUMBER) / Math.max(NUMBER, height);
  let kept: EndNumber[] = [];
  for (const { name, number, look, last } of lines) {
    if (last === undefined || kept.length * gap > 1000) continue;
    const ends = [...kept, { name, number, top: scale.height(last), colour: look.stroke }];
    if (moved(ends, gap).every(({ top }, i) => Math.abs(top - ends[i]!.top) <= FARTHEST * gap)) kept = ends;
  }
  return moved(kept, gap);
}

function moved(ends: readonly EndNumber[], gap: number): EndNumber[] {
  const tops = spread(
    ends.map(({ top }) => top),
    gap,
  );
  return ends.map((end, i) => ({ ...end, top: tops[i]! }));
}
