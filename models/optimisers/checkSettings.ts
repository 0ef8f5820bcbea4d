import { OptimiserError } from './optimiserError.ts';

/** Throws OptimiserError `settings` unless all numbers are 0 or more, and those of the second list also below 1. */
export function checkSettings(
  numbers: Readonly<Record<string, number>>,
  shares: Readonly<Record<string, number>> = {},
): void {
  for (const [name, value] of Object.entries({ ...numbers, ...shares })) {
    const limit = name in shares ? 1 : Infinity;
    if (value >= 0 && value < limit) continue;
    const range = name in shares ? 'a number from 0 to below 1' : 'a number from 0 on';
    throw new OptimiserError('settings', `The optimiser's ${name} is ${value}; expected ${range}.`);
  }
}
