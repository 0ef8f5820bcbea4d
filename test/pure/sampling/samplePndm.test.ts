import { describe, expect, it } from 'vitest';
import { addNoise } from '../../../models/sampling/addNoise.ts';
import { noiseSchedule } from '../../../models/sampling/noiseSchedule.ts';
import { pndmRun, pndmStrengthSteps, samplePndm } from '../../../models/sampling/samplePndm.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import { fakeDenoiser, ramp } from './fakeDenoiser.ts';

const { alphasCumprod } = noiseSchedule();

describe('PNDM by strength', () => {
  it.each([
    [0.7, 50, 35],
    // 0.58 * 50 is 28.999999999999996.
    [0.58, 50, 28],
    [0, 10, 0],
    [1, 10, 10],
  ])('%f of %i steps are %i', (strength, steps, expected) => {
    expect(pndmStrengthSteps(strength, steps)).toBe(expected);
  });

  it('cuts the list as the authors do, or begins anew at the same timestep', () => {
    const run = (startStep: number, pndmStart: 'authors' | 'corrected') =>
      pndmRun({ steps: 5, startStep, pndmStart });
    expect(run(5, 'authors')).toEqual([801, 601, 601, 401, 201, 1]);
    expect(run(5, 'corrected')).toEqual(run(5, 'authors'));
    expect(run(4, 'authors')).toEqual([601, 601, 401, 201, 1]);
    expect(run(4, 'corrected')).toEqual([601, 401, 401, 201, 1]);
    expect(run(3, 'authors')).toEqual([601, 401, 201, 1]);
    expect(run(3, 'corrected')).toEqual([601, 401, 401, 201, 1]);
    expect(run(0, 'authors')).toEqual([1]);
    expect(run(0, 'corrected')).toEqual([1]);
  });

  it('refuses a strength that leaves no step', () => {
    expect(pndmRun({ steps: 1, startStep: 1 })).toEqual([1]);
    expect(() => pndmRun({ steps: 1, startStep: 0 })).toThrow(/single step and a strength below 1/);
    expect(pndmRun({ steps: 1, startStep: 0, spacing: 'compvis' })).toEqual([1]);
  });

  it('has the noise that the network is told when corrected, and that of the step before as the authors run it', async () => {
    const [clean, noise] = [ramp([1, 4, 4, 4]), ramp([1, 4, 4, 4], 0.3)];
    const noised = (timestep: number) => addNoise({ clean, noise, alpha: alphasCumprod[timestep]! }).data;
    const options = { steps: 10, startStep: 7 };
    const timesteps = [701, 601, 501, 401, 301, 201, 101, 1];
    const latentsOf = async (pndmStart: 'authors' | 'corrected') => {
      // It knows the noise, so that every step is exact.
      const denoiser = fakeDenoiser({ predict: () => noise });
      const latent = { shape: clean.shape, data: noised(timesteps[0]!) };
      await samplePndm({ ...options, denoiser, latent, pndmStart });
      return denoiser.calls.map(({ latent: { data }, timesteps: [told] }) => ({ data, told: told! }));
    };
    const corrected = await latentsOf('corrected');
    expect(corrected.map(({ told }) => told)).toEqual(timesteps.toSpliced(1, 0, 601));
    for (const { data, told } of corrected) expect(distance(data, noised(told))).toBeLessThan(1e-4);
    const authors = await latentsOf('authors');
    expect(authors.map(({ told }) => told)).toEqual(timesteps);
    for (const call of [0, 1])
      expect(distance(authors[call]!.data, noised(timesteps[call]!))).toBeLessThan(1e-4);
    expect(distance(authors[2]!.data, noised(timesteps[1]!))).toBeLessThan(1e-4);
    for (const { data, told } of authors.slice(2)) expect(distance(data, noised(told))).toBeGreaterThan(0.01);
  });
});

describe('PNDM', () => {
  it('rounds as diffusers does: every step of a run in PyTorch 1.13', async () => {
    const inTorch = [
      [3.9844603538513184, -1.0455811023712158, -1.3705074787139893, 4.560984134674072],
      [2.659151554107666, -0.2882618308067322, -0.6131882667541504, 5.318303108215332],
      [4.447444915771484, -1.5659229755401611, 0.7090175747871399, 7.797873497009277],
      [4.185037612915039, -1.0721081495285034, -1.4161999225616455, 11.587658882141113],
      [6.8101277351379395, -0.4589002728462219, 1.2664176225662231, 9.83083438873291],
      [6.8165812492370605, -0.5166013240814209, 1.274547815322876, 9.89102554321289],
    ];
    const shape = [1, 4, 1, 1];
    const said = (call: number) => [0, 1, 2, 3].map((i) => (((call * 7 + i * 5) % 11) - 5) / 3);
    const denoiser = fakeDenoiser({
      alphasCumprod: noiseSchedule({ computedIn: 'float32' }).alphasCumprod,
      predict: ({ position }) => tensor(shape, Float32Array.from(said(position!.step))),
    });
    const found: number[][] = [];
    await samplePndm({
      denoiser,
      latent: tensor(shape, Float32Array.of(1, -0.5, 0.25, 2)),
      steps: 5,
      onStep: ({ latent }) => found.push([...latent.data]),
    });
    expect(found).toEqual(inTorch);
  });
});

function distance(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}
