import { expect, it } from 'vitest';
import { stepAxis } from '../../../client/filmstrip/stepAxis.ts';
import { curveOf, statisticsOf } from '../../../client/filmstrip/stepSeries.ts';
import type { StepRecord } from '../../../server/protocol/runs.ts';

const step = (seq: number, values?: Record<string, number>): StepRecord => {
  return { seq, node: 'a', step: seq, of: 5, timestep: 0, hasPicture: false, ...(values && { values }) };
};

const five = stepAxis(
  [1, 2, 3, 4, 5].map((number) => ({ step: number })),
  5,
);

it('reads whatever statistics the steps carry', () => {
  expect(statisticsOf([step(1, { std: 1 }), step(2), step(3, { std: 3, mean: 0 })])).toEqual([
    { name: 'std', values: [1, undefined, 3] },
    { name: 'mean', values: [undefined, undefined, 0] },
  ]);
});

it('fills its height with the values, and its width with all steps that are to come', () => {
  const curve = curveOf([1, 2, 5], five)!;
  expect(curve.lines).toEqual(['0,100 25,75 50,0']);
  expect([curve.min, curve.max, curve.height(3)]).toEqual([1, 5, 50]);
});

it('stops where a value is missing, and goes on behind it', () => {
  expect(curveOf([0, 1, undefined, 1, 0], five)?.lines).toEqual(['0,100 25,0', '75,0 100,100']);
});

it('is level when all values are the same, and none at all with less than two', () => {
  expect(curveOf([2, 2], five)?.lines).toEqual(['0,50 25,50']);
  expect(curveOf([2, undefined], five)).toBeUndefined();
});
