import { describe, expect, it } from 'vitest';
import { stepAxis } from '../../../client/filmstrip/stepAxis.ts';
import { stepAfterKey } from '../../../client/filmstrip/stepAfterKey.ts';

const frames = (...steps: number[]) => steps.map((step) => ({ step }));

describe('the axis of steps', () => {
  it('finds the frame under the pointer, also where steps were left out', () => {
    const axis = stepAxis(frames(1, 2, 50, 101), 0);
    expect([0, 0.01, 0.2, 0.45, 0.76, 1].map((share) => axis.nearest(share))).toEqual([0, 1, 1, 2, 3, 3]);
    expect([axis.length, axis.stepAt(2), axis.placeAt(2)]).toEqual([4, 50, 490]);
  });

  it('tells its first and last step, and round ones between that have room', () => {
    expect(stepAxis(frames(1), 120).ticks).toEqual([1, 50, 100, 120]);
    expect(stepAxis(frames(1, 5000), 0).ticks).toEqual([1, 1000, 2000, 3000, 4000, 5000]);
    expect(stepAxis(frames(1, 2, 3), 0).ticks).toEqual([1, 2, 3]);
  });

  it('begins where a work that was stopped goes on', () => {
    const axis = stepAxis(frames(301, 302), 400);
    expect(axis.ticks).toEqual([301, 320, 340, 360, 380, 400]);
    expect([axis.place(301), axis.place(400)]).toEqual([0, 1000]);
  });

  it('has room before there are two steps', () => {
    expect(stepAxis(frames(7), 0).ticks).toEqual([7, 8]);
    expect(stepAxis([], 0)).toMatchObject({ first: 1, last: 2, length: 0 });
  });
});

it('keys lead by a step, by a tenth of all, and to the ends', () => {
  const to = (key: string): number | undefined => stepAfterKey(key, 40, 50);
  expect(['ArrowLeft', 'ArrowRight', 'PageDown', 'PageUp', 'Home', 'End'].map(to)).toEqual([
    39, 41, 35, 45, 0, 49,
  ]);
  expect(stepAfterKey('PageUp', 48, 50)).toBe(49);
  expect(stepAfterKey('ArrowLeft', 0, 3)).toBe(0);
  expect([to('x'), stepAfterKey('Home', 0, 0)]).toEqual([undefined, undefined]);
});
