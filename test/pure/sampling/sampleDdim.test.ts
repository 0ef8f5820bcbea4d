import { tmpdir } from 'node:os';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addNoise } from '../../../models/sampling/addNoise.ts';
import { ddimStep } from '../../../models/sampling/ddimStep.ts';
import { invertDdim, samplingStart } from '../../../models/sampling/invertDdim.ts';
import { patchDenoiser } from '../../../models/sampling/patchDenoiser.ts';
import { sampleDdim } from '../../../models/sampling/sampleDdim.ts';
import type { SamplerStep } from '../../../models/sampling/samplerStep.ts';
import { SamplingError } from '../../../models/sampling/samplingError.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import { fakeDenoiser, ramp } from './fakeDenoiser.ts';

const shape = [1, 4, 3, 5];

function worst(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

describe('ddimStep', () => {
  it('finds the clean latent when the prediction is the noise that was added', () => {
    const { alphasCumprod } = fakeDenoiser();
    const clean = ramp(shape);
    const noise = new TorchGenerator(1).randn(shape);
    const latent = addNoise({ clean, noise, alpha: alphasCumprod[500]! });
    const alphas = { alphaFrom: alphasCumprod[500]!, alphaTo: alphasCumprod[200]! };
    const step = ddimStep({ latent, prediction: noise, predictionType: 'epsilon', ...alphas });
    expect(worst(step.predictedClean.data, clean.data)).toBeLessThan(1e-5);
    const expected = addNoise({ clean, noise, alpha: alphasCumprod[200]! });
    expect(worst(step.latent.data, expected.data)).toBeLessThan(1e-5);
  });

  it('agrees between epsilon and v prediction', () => {
    const [alphaFrom, alphaTo] = [0.3, 0.6];
    const [clean, noise] = [ramp(shape), new TorchGenerator(2).randn(shape)];
    const mix = (a: number, b: number) =>
      tensor(
        shape,
        clean.data.map((x, i) => a * x + b * noise.data[i]!),
      );
    const latent = mix(Math.sqrt(alphaFrom), Math.sqrt(1 - alphaFrom));
    const velocity = tensor(
      shape,
      clean.data.map((x, i) => Math.sqrt(alphaFrom) * noise.data[i]! - Math.sqrt(1 - alphaFrom) * x),
    );
    const byNoise = ddimStep({ latent, prediction: noise, predictionType: 'epsilon', alphaFrom, alphaTo });
    const byVelocity = ddimStep({
      latent,
      prediction: velocity,
      predictionType: 'v_prediction',
      alphaFrom,
      alphaTo,
    });
    expect(worst(byNoise.latent.data, byVelocity.latent.data)).toBeLessThan(1e-5);
    expect(worst(byVelocity.predictedClean.data, clean.data)).toBeLessThan(1e-5);
  });
});

describe('invertDdim and sampleDdim', () => {
  it('come back to the start when the noise is the same everywhere (diffusers variant)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (steps) => {
        const denoiser = fakeDenoiser();
        const trajectory = await invertDdim({ denoiser, latent: ramp(shape), steps, variant: 'diffusers' });
        const back = await sampleDdim({
          denoiser,
          latent: trajectory.latents.at(-1)!,
          steps,
        });
        expect(worst(back.latent.data, ramp(shape).data)).toBeLessThan(1e-4);
      }),
      { numRuns: 15 },
    );
  });

  it('reports every step, numbered from 1, with tensors that stay as they were', async () => {
    const denoiser = fakeDenoiser();
    const seen: SamplerStep[] = [];
    const result = await sampleDdim({
      denoiser,
      latent: ramp(shape),
      steps: 10,
      startStep: 9,
      onStep: (step) => seen.push(step),
    });
    expect(seen.map(({ step, of, timestep }) => [step, of, timestep])).toEqual(
      [801, 701, 601, 501, 401, 301, 201, 101, 1].map((timestep, i) => [i + 1, 9, timestep]),
    );
    expect(seen.at(-1)!.latent).toBe(result.latent);
    expect(seen[0]!.latent.data).not.toEqual(seen[1]!.latent.data);
    expect(denoiser.calls.map((call) => call.position)).toEqual(
      Array.from({ length: 9 }, (_, step) => ({ step, of: 9 })),
    );
  });

  it('keeps every latent of an inversion and starts from the one at the highest sampling timestep', async () => {
    const denoiser = fakeDenoiser();
    const trajectory = await invertDdim({ denoiser, latent: ramp(shape), steps: 7 });
    expect(trajectory.latents).toHaveLength(9);
    expect(trajectory.steps.at(-1)).toEqual({ timestep: 995, nextTimestep: 999 });
    expect(samplingStart(trajectory)).toBe(trajectory.latents[7]);
    expect(samplingStart(trajectory, { steps: 7 })).toBe(trajectory.latents[7]);
    const divisor = await invertDdim({ denoiser, latent: ramp(shape), steps: 10 });
    expect(samplingStart(divisor)).toBe(divisor.latents.at(-1));
    expect(samplingStart(divisor, { steps: 5 })).toBe(divisor.latents[9]);
  });

  it('gives the same key to the same inversion only', async () => {
    const keyOf = async (options: object) =>
      (await invertDdim({ denoiser: fakeDenoiser(), latent: ramp(shape), steps: 2, ...options })).key;
    const key = await keyOf({});
    expect(await keyOf({})).toBe(key);
    expect(await keyOf({ steps: 4 })).not.toBe(key);
    expect(await keyOf({ latent: ramp(shape, 0.02) })).not.toBe(key);
    expect(await keyOf({ context: ramp([1, 2, 3]) })).not.toBe(key);
    expect(await keyOf({ variant: 'diffusers' })).not.toBe(key);
    expect(await keyOf({ denoiser: fakeDenoiser({ key: 'other' }) })).not.toBe(key);
    const stored = (precision: string) =>
      keyOf({ capture: { layers: ['output.6'], budget: 1e6, folder: tmpdir(), precision } });
    expect(await stored('float16')).not.toBe(await stored('float32'));
  });

  it('stops between steps when aborted', async () => {
    const control = new AbortController();
    const denoiser = fakeDenoiser();
    const sampling = sampleDdim({
      denoiser,
      latent: ramp(shape),
      steps: 20,
      signal: control.signal,
      onStep: ({ step }) => step === 3 && setImmediate(() => control.abort(new Error('cancelled'))),
    });
    await expect(sampling).rejects.toThrow('cancelled');
    expect(denoiser.calls.length).toBeLessThan(6);
  });

  it.each([NaN, Infinity])('refuses %s in a prediction and names the step', async (bad) => {
    const denoiser = fakeDenoiser({
      predict: ({ latent, position }) =>
        tensor(latent.shape, new Float32Array(latent.data.length).fill(position!.step === 4 ? bad : 0)),
    });
    const sampling = sampleDdim({ denoiser, latent: ramp(shape), steps: 10 });
    await expect(sampling).rejects.toThrow(/step 5 of 10 \(timestep 501\)/);
    await expect(invertDdim({ denoiser, latent: ramp(shape), steps: 10 })).rejects.toBeInstanceOf(
      SamplingError,
    );
  });

  it('needs noise for eta, and uses it', async () => {
    const options = { denoiser: fakeDenoiser(), latent: ramp(shape), steps: 5, eta: 1 };
    await expect(sampleDdim(options)).rejects.toThrow(/needs noise/);
    const run = (seed: number) => {
      const generator = new TorchGenerator(seed);
      return sampleDdim({ ...options, noise: (size) => generator.randn(size) });
    };
    const [one, same, other] = [await run(1), await run(1), await run(2)];
    expect(one.latent.data).toEqual(same.latent.data);
    expect(one.latent.data).not.toEqual(other.latent.data);
  });

  it('tells what patches say, once, with the number of steps', async () => {
    const denoiser = patchDenoiser(fakeDenoiser(), 'note', async (call, next) => ({
      ...(await next(call)),
      notes: call.position!.step < 2 ? ['Nothing to inject'] : [],
    }));
    const { notes } = await sampleDdim({ denoiser, latent: ramp(shape), steps: 5 });
    expect(notes).toEqual(['Nothing to inject (2 of 5 steps)']);
  });
});
