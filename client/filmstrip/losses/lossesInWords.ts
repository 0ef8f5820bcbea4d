import { texts } from '../../texts/en.ts';
import { shortNumber } from '../shortNumber.ts';
import type { LossChart } from './lossChart.ts';

/** How every loss went, for those who cannot see its line. */
export function lossesInWords({ lines, axis }: LossChart): string {
  const { course, went, none } = texts.filmstrip.losses;
  const told = lines.map(({ title, values, last }) => {
    const first = values.find((value) => value !== undefined);
    return first === undefined || last === undefined
      ? `${title}: ${none}`
      : went(title, shortNumber(first), shortNumber(last));
  });
  return `${course(axis.first, axis.last)}: ${told.join(', ')}`;
}
