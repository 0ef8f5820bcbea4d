import { texts } from '../../texts/en.ts';
import { shortNumber } from '../shortNumber.ts';

/** A loss as it is read; one that was no number says so. */
export function lossNumber(value: number | undefined): string {
  return value === undefined ? texts.filmstrip.losses.none : shortNumber(value);
}
