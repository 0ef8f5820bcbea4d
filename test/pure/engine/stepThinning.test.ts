import { describe, expect, it } from 'vitest';
import type { OptimisingReport, StepReport } from '../../../nodes/contract/node.ts';
import { StepThinning } from '../../../server/engine/stepThinning.ts';

const picture = { width: 1, height: 1, data: new Uint8Array(3) };

function thinned(steps: Iterable<StepReport>) {
  const told: StepReport[] = [];
  const thinning = new StepThinning((step) => told.push(step));
  for (const step of steps) thinning.step(step, 1);
  return { told, thinning };
}

function* optimisation(count: number, { of = count, every = Infinity } = {}): Generator<OptimisingReport> {
  for (let step = 1; step <= count; step++) {
    yield { step, of, losses: { total: 1 / step }, ...(step % every === 0 ? { picture } : {}) };
  }
}
const numbers = (steps: readonly StepReport[]): number[] => steps.map(({ step }) => step);
const pictured = (steps: readonly StepReport[]): number[] =>
  numbers(steps.filter((step) => step.picture !== undefined));

describe('StepThinning', () => {
  it('tells every step of two thousand', () => {
    expect(thinned(optimisation(2_000)).told).toHaveLength(2_000);
  });

  it('tells a few thousand of a million, spread over all of them, and the last', () => {
    const steps = numbers(thinned(optimisation(1_000_001)).told);
    expect(steps.length).toBeLessThan(20_000);
    expect(steps.at(-1)).toBe(1_000_001);
    const gaps = steps.map((step, i) => (step - (steps[i - 1] ?? 0)) / step);
    expect(Math.max(...gaps.slice(1_999))).toBeLessThan(0.002);
  });

  it('tells every k-th picture until there are hundreds, and that of the last step', () => {
    const steps = thinned(optimisation(4_999, { every: 7 })).told;
    expect(pictured(steps).slice(0, 3)).toEqual([7, 14, 21]);
    expect(pictured(steps).length).toBeLessThan(700);
    expect(pictured(thinned(optimisation(100_000, { every: 1 })).told).at(-1)).toBe(100_000);
  });

  it('tells the last step also when it ends before its time, and once', () => {
    const { told, thinning } = thinned(optimisation(2_001, { of: 9_000 }));
    expect(told.at(-1)?.step).toBe(2_000);
    thinning.end();
    thinning.end();
    expect(numbers(told).slice(-2)).toEqual([2_000, 2_001]);
  });

  it('leaves out none of a sampler', () => {
    const steps = Array.from({ length: 5_000 }, (_, i) => ({ step: i + 1, of: 5_000, timestep: i }));
    expect(thinned(steps).told).toHaveLength(5_000);
  });
});
