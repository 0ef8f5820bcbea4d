import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Adam } from '../../../models/optimisers/adam.ts';
import { ExponentialAverage } from '../../../models/optimisers/exponentialAverage.ts';
import { Lbfgs } from '../../../models/optimisers/lbfgs.ts';
import type { Optimiser, OptimiserState } from '../../../models/optimisers/optimiser.ts';
import { readOptimiserState } from '../../../models/optimisers/optimiserState.ts';
import { Sgd } from '../../../models/optimisers/sgd.ts';
import { memoryWeights } from '../../../models/weights/memoryWeights.ts';
import { openSafetensors } from '../../../models/weights/openSafetensors.ts';
import { writeSafetensors } from '../../../models/weights/writeSafetensors.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'optimisers-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The state as it comes back from a file, among other tensors. */
async function throughFile(state: OptimiserState): Promise<OptimiserState> {
  const path = join(folder, 'state.safetensors');
  const named = new Map([...state].map(([name, tensor]) => [`optimiser/${name}`, tensor]));
  named.set('other', { dtype: 'float32', shape: [1], bytes: new Uint8Array(4) });
  await writeSafetensors(path, memoryWeights('state', named));
  return readOptimiserState(await openSafetensors(path), 'optimiser/');
}

const parameters = [
  { name: 'a', shape: [2, 3] },
  { name: 'b', shape: [5] },
];
const numbers = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(seed * 12.9898 + i * 78.233));
const gradientsAt = (step: number) => [numbers(6, step), numbers(5, step + 100)];

const optimisers: readonly (readonly [string, () => Optimiser])[] = [
  ['Adam', () => new Adam(parameters, { learningRate: 0.1, weightDecay: 0.1 })],
  ['SGD with momentum', () => new Sgd(parameters, { learningRate: 0.1, momentum: 0.9 })],
  ['SGD without', () => new Sgd(parameters, { learningRate: 0.1 })],
];

describe.each(optimisers)('%s', (_, make) => {
  it('goes on from a file to the same bits', async () => {
    const straight = [numbers(6, 1), numbers(5, 2)];
    const first = make();
    for (let step = 0; step < 3; step++) first.step(straight, gradientsAt(step));
    const saved = straight.map((values) => values.slice());
    const state = await throughFile(first.state());
    for (let step = 3; step < 6; step++) first.step(straight, gradientsAt(step));

    const second = make();
    second.restore(state);
    for (let step = 3; step < 6; step++) second.step(saved, gradientsAt(step));
    expect(saved).toEqual(straight);
  });
});

it('L-BFGS goes on from a file to the same bits, also when its history is full', async () => {
  const evaluate = async (x: ArrayLike<number>) => ({
    value: Array.from(x).reduce((sum, v, i) => sum + (i + 1) * v ** 2 + v ** 4, 0),
    gradient: Float32Array.from(x, (v, i) => 2 * (i + 1) * v + 4 * v ** 3),
  });
  const make = () => new Lbfgs(6, { history: 3 });
  const straight = numbers(6, 1);
  const first = make();
  let saved: { x: Float32Array; state: OptimiserState } | undefined;
  for await (const { iteration } of first.minimise({ x: straight, iterations: 9, evaluate })) {
    if (iteration === 5) saved = { x: straight.slice(), state: await throughFile(first.state()) };
  }

  const second = make();
  second.restore(saved!.state);
  const iterations: number[] = [];
  for await (const { iteration } of second.minimise({ x: saved!.x, iterations: 4, evaluate })) {
    iterations.push(iteration);
  }
  expect(iterations).toEqual([6, 7, 8, 9]);
  expect(saved!.x).toEqual(straight);
});

it('a running average goes on from a file to the same bits', async () => {
  const make = () => new ExponentialAverage(parameters, [numbers(6, 1), numbers(5, 2)], 0.6);
  const first = make();
  for (let step = 0; step < 8; step++) first.update(gradientsAt(step));
  const second = make();
  second.restore(await throughFile(first.state()));
  for (const average of [first, second])
    for (let step = 8; step < 20; step++) average.update(gradientsAt(step));
  expect(second.values).toEqual(first.values);
  expect(first.values[0]).not.toEqual(numbers(6, 1));
});

it('a state of other weights is refused by name and shape', () => {
  const state = new Adam(parameters, { learningRate: 0.1 }).state();
  const other = (name: string, shape: number[]) => new Adam([{ name, shape }], { learningRate: 0.1 });
  expect(() => other('c', [5]).restore(state)).toThrow("The saved state has no 'exp_avg/c'.");
  expect(() => other('a', [6]).restore(state)).toThrow(
    "The saved state has 'exp_avg/a' as float32 [2, 3]; expected float32 [6].",
  );
});
