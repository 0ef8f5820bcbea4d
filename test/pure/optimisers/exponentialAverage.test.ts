import { expect, it } from 'vitest';
import { ExponentialAverage } from '../../../models/optimisers/exponentialAverage.ts';

const COUNT = 16_389;
const parameters = [{ name: 'w', shape: [COUNT] }];
const wave = (phase: number) => Float32Array.from({ length: COUNT }, (_, i) => Math.sin(i + phase));

it('keeps the share of the decay, which is small at first', () => {
  const average = new ExponentialAverage(parameters, [wave(0)], 0.9);
  const expected = Float64Array.from(wave(0));
  for (let update = 1; update <= 200; update++) {
    const values = wave(update);
    average.update([values]);
    const decay = Math.min(0.9, (1 + update) / (10 + update));
    for (let i = 0; i < COUNT; i++) expected[i] = decay * expected[i]! + (1 - decay) * values[i]!;
  }
  const off = average.values[0]!.map((value, i) => Math.abs(value - expected[i]!));
  expect(Math.max(...off)).toBeLessThan(5e-7);
});

it('stays at weights that do not change, however long', () => {
  const average = new ExponentialAverage(parameters, [wave(3)], 0.9999);
  for (let update = 0; update < 500; update++) average.update([wave(3)]);
  expect(average.values[0]).toEqual(wave(3));
});
