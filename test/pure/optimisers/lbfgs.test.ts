import { expect, it } from 'vitest';
import { Lbfgs, type LbfgsProblem, type LbfgsSettings } from '../../../models/optimisers/lbfgs.ts';

/** A bowl with a fourth-order wall; four unknowns that depend on each other. */
function bowl(x: ArrayLike<number>) {
  const scale = [1, 2, 0.5, 3];
  const gradient = Float64Array.from(scale, (a, i) => a * x[i]! + x[i]! ** 3);
  const value = scale.reduce((sum, a, i) => sum + (a * x[i]! ** 2) / 2 + x[i]! ** 4 / 4, 0);
  const coupled = [gradient[0]! + x[1]!, gradient[1]! + x[0]!, gradient[2]! - x[3]!, gradient[3]! - x[2]!];
  return { value: value + x[0]! * x[1]! - x[2]! * x[3]!, gradient: Float64Array.from(coupled) };
}

const start = () => Float64Array.of(1.5, -0.7, 2, 0.4);

async function minimise(settings: LbfgsSettings, iterations: number, evaluate?: LbfgsProblem['evaluate']) {
  const x = start();
  const optimiser = new Lbfgs(4, { precision: 'float64', ...settings });
  const values: number[] = [];
  const steps: number[] = [];
  const evaluated: LbfgsProblem['evaluate'] = async (at) => {
    const evaluation = evaluate ? await evaluate(at) : bowl(at);
    values.push(evaluation.value);
    return evaluation;
  };
  const iterator = optimiser.minimise({ x, iterations, evaluate: evaluated });
  for (;;) {
    const { done, value } = await iterator.next();
    if (done) return { x, values, steps, end: value };
    steps.push(value.stepSize);
  }
}

const expectClose = (found: ArrayLike<number>, expected: readonly number[]) => {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 10);
};

// The expected numbers come from torch7's algorithm written down once more, in numpy.
it('steps as torch7 does, with a history that is full, and does not evaluate after the last step', async () => {
  const { x, values, steps, end } = await minimise({ history: 2 }, 6);
  expectClose(x, [0.02148039093060522, -0.010563209902556742, 0.2076528921118605, 0.05636928647815123]);
  expectClose(
    values,
    [
      6.33705, 1.9924405700167183, 0.817004826480727, 0.27965150554314616, 0.09237847510610783,
      0.03811903899752425,
    ],
  );
  expectClose(steps, [0.07270612185546024, 1, 1, 1, 1, 1]);
  expect(end).toBe('iterations');
});

it('ends where no direction leads down by more than the tolerance', async () => {
  const { x, values, steps, end } = await minimise({ learningRate: 0.8 }, 100);
  expect([steps.length, values.length, end]).toEqual([18, 19, 'direction']);
  expectClose(x, [-1.734913847061184e-5, 8.92523589860259e-6, -3.454552444969812e-5, -2.012146811020253e-5]);
});

it('ends where the value changes by less than the tolerance', async () => {
  const { x, steps, end } = await minimise({ toleranceGradient: 0, toleranceChange: 1e-3 }, 100);
  expect([steps.length, end]).toEqual([8, 'value']);
  expectClose(x, [-0.032455487161242885, 0.024320683443133817, 0.1336628501488252, 0.04664036166088434]);
});

it('ends at once where the gradient is within the tolerance', async () => {
  const { steps, values, end } = await minimise({ toleranceGradient: 100 }, 10);
  expect([steps.length, values.length, end]).toEqual([0, 1, 'gradient']);
});

it('leaves what curves downwards out of the history', async () => {
  // The gradient grows along every step: no pair may be kept, and so every direction is minus the gradient.
  const x = Float64Array.of(0.5, -1);
  const optimiser = new Lbfgs(2, { precision: 'float64', learningRate: 0.1 });
  const evaluate = async (at: ArrayLike<number>) => ({
    value: -(at[0]! ** 2 + at[1]! ** 2) / 2,
    gradient: Float64Array.of(-at[0]!, -at[1]!),
  });
  const course: number[] = [];
  for await (const { iteration } of optimiser.minimise({ x, iterations: 3, evaluate })) {
    course[iteration] = x[0]!;
  }
  expect(course[2]).toBeCloseTo(course[1]! * 1.1, 12);
  expect(course[3]).toBeCloseTo(course[2]! * 1.1, 12);
});

it('puts the values back to where the function was a number', async () => {
  const x = start();
  const optimiser = new Lbfgs(4, { precision: 'float64' });
  const seen: number[][] = [];
  const evaluate = async (at: ArrayLike<number>) => {
    seen.push(Array.from(at));
    return seen.length === 4 ? { ...bowl(at), value: Number.NaN } : bowl(at);
  };
  const run = async () => {
    for await (const _ of optimiser.minimise({ x, iterations: 10, evaluate }));
  };
  await expect(run()).rejects.toThrow('The function is NaN after 3 iterations of L-BFGS.');
  expect([...x]).toEqual(seen[2]);
});

it('a history of nothing is refused', () => {
  expect(() => new Lbfgs(4, { history: 0 })).toThrow('at least one step; found a history of 0');
});
