import { expect, it } from 'vitest';
import { shortNumber } from '../../../client/filmstrip/shortNumber.ts';
import { stepFacts } from '../../../client/filmstrip/stepFacts.ts';

const about = { seq: 1, node: 'a', step: 3, of: 40, hasPicture: false, milliseconds: 250 };

it('a step of a sampler tells its timestep and statistics, and whether it was remembered', () => {
  const step = { ...about, timestep: 420.2, values: { std: 0.98765 } };
  expect(stepFacts(step)).toEqual(['step 3 / 40', 'timestep 420', '250 ms', 'std 0.988']);
  expect(stepFacts({ ...step, known: true })[2]).toBe('remembered');
});

it('a step of an optimisation tells what has no place in the chart of its losses', () => {
  const step = { ...about, losses: { total: 12 }, values: { 'learning rate': 0.0003 } };
  expect(stepFacts(step)).toEqual(['step 3 / 40', '250 ms', 'learning rate 0.0003']);
});

it('numbers of every size are short', () => {
  const numbers = [0, 0.0003, -12.3456, 999.96, 1234.5, 83_120, 4.567e8, 1.2e-7];
  expect(numbers.map(shortNumber)).toEqual('0 0.0003 -12.35 1000 1235 83120 4.57e+8 1.2e-7'.split(' '));
});
