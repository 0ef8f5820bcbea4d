import type { StepRecord } from '../../server/protocol/runs.ts';
import { durationText } from '../editor/node/durationText.ts';
import { texts } from '../texts/en.ts';
import { shortNumber } from './shortNumber.ts';

const words = texts.filmstrip;

/** What there is to say of a step in a line. */
export function stepFacts(step: StepRecord): string[] {
  const { milliseconds, values = {} } = step;
  const took = milliseconds === undefined ? [] : [durationText(milliseconds)];
  const counted = `${words.step} ${step.step} / ${step.of}`;
  const named = (format: (value: number) => string): string[] =>
    Object.entries(values).map(([name, value]) => `${name} ${format(value)}`);
  if ('losses' in step) return [counted, ...took, ...named(shortNumber)];
  const timestep = `${words.timestep} ${Math.round(step.timestep)}`;
  return [
    counted,
    timestep,
    ...(step.known ? [words.remembered] : took),
    ...named((value) => value.toFixed(3)),
  ];
}
