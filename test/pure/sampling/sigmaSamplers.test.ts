import { describe, expect, it } from 'vitest';
import type { Denoiser } from '../../../models/sampling/denoiser.ts';
import { noiseSchedule } from '../../../models/sampling/noiseSchedule.ts';
import { sampleDpmpp2m } from '../../../models/sampling/sampleDpmpp2m.ts';
import { ancestralSigmas, sampleEulerAncestral } from '../../../models/sampling/sampleEulerAncestral.ts';
import { sampleEuler } from '../../../models/sampling/sampleEuler.ts';
import { sampleHeun } from '../../../models/sampling/sampleHeun.ts';
import { samplePndm } from '../../../models/sampling/samplePndm.ts';
import { samplers } from '../../../models/sampling/samplers.ts';
import type { SamplerOptions, SamplerResult } from '../../../models/sampling/samplerOptions.ts';
import { sigmaLevels, timestepOfSigma } from '../../../models/sampling/sigmaSchedule.ts';
import { SamplingError } from '../../../models/sampling/samplingError.ts';
import { timestepsOf } from '../../../models/sampling/timestepSpacing.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import { ramp } from './fakeDenoiser.ts';

const { alphasCumprod } = noiseSchedule();
const table = Float64Array.from(alphasCumprod, (alpha) => Math.sqrt((1 - alpha) / alpha));
/** Deviation of the pictures: normal ones, so that the best possible denoiser is known, and where it leads. */
const SPREAD = 0.7;

/** E[picture | x] for pictures of deviation SPREAD: x * SPREAD^2 / (SPREAD^2 + sigma^2). */
function gaussianDenoiser(
  predictionType: Denoiser['predictionType'] = 'epsilon',
): Denoiser & { calls: number } {
  const denoiser = {
    calls: 0,
    key: 'gaussian',
    predictionType,
    alphasCumprod,
    latentChannels: 4,
    extraChannels: 0,
    architecture: 'gaussian',
    attentionLayers: [],
    encoderLevels: [],
    evaluate: async ({ latent, timesteps }: Parameters<Denoiser['evaluate']>[0]) => {
      denoiser.calls++;
      const [low, share] = [Math.floor(timesteps[0]!), timesteps[0]! % 1];
      const sigma = Math.exp((1 - share) * Math.log(table[low]!) + share * Math.log(table[low + 1] ?? 1));
      const alpha = 1 / (1 + sigma ** 2);
      const data = latent.data.map((value) => {
        const clean = (value / Math.sqrt(alpha)) * (SPREAD ** 2 / (SPREAD ** 2 + sigma ** 2));
        const noise = (value - Math.sqrt(alpha) * clean) / Math.sqrt(1 - alpha);
        if (predictionType === 'epsilon') return noise;
        return Math.sqrt(alpha) * noise - Math.sqrt(1 - alpha) * clean;
      });
      return { prediction: tensor(latent.shape, data) };
    },
  };
  return denoiser;
}

const shape = [1, 4, 8, 8];
type Sampler = (options: SamplerOptions & { spacing?: 'karras' }) => Promise<SamplerResult>;

/** Largest distance from where the probability flow leads exactly. */
async function error(sampler: Sampler, steps: number, denoiser = gaussianDenoiser()): Promise<number> {
  const latent = new TorchGenerator(3).randn(shape);
  const result = await sampler({ denoiser, latent, steps, spacing: 'karras' });
  const sigma = table.at(-1)!;
  const factor = Math.hypot(1, sigma) * (SPREAD / Math.hypot(SPREAD, sigma));
  return result.latent.data.reduce((most, x, i) => Math.max(most, Math.abs(x - factor * latent.data[i]!)), 0);
}

describe('samplers on pictures whose denoiser is known exactly', () => {
  it.each<[string, Sampler, number]>([
    ['Euler', sampleEuler, 1],
    ['Heun', sampleHeun, 2],
    ['DPM++ 2M', sampleDpmpp2m, 2],
  ])('%s comes closer with more steps, as its order says', async (_, sampler, order) => {
    const [few, many] = [await error(sampler, 24), await error(sampler, 48)];
    expect(Math.log2(few / many)).toBeGreaterThan(order - 0.35);
    expect(Math.log2(few / many)).toBeLessThan(order + 0.8);
    expect(many).toBeLessThan(order === 1 ? 0.1 : 0.01);
  });

  it('take epsilon and v prediction alike', async () => {
    const options = { latent: new TorchGenerator(3).randn(shape), steps: 7 };
    for (const sampler of [sampleEuler, sampleHeun, sampleDpmpp2m, samplePndm]) {
      const byNoise = await sampler({ ...options, denoiser: gaussianDenoiser() });
      const byVelocity = await sampler({ ...options, denoiser: gaussianDenoiser('v_prediction') });
      byNoise.latent.data.forEach((value, i) => expect(byVelocity.latent.data[i]).toBeCloseTo(value, 3));
    }
  });

  it('agree where they are the same: DDIM between any two levels is a step of Euler', async () => {
    const latent = new TorchGenerator(3).randn(shape);
    for (const spacing of ['karras', 'exponential'] as const) {
      const options = { denoiser: gaussianDenoiser(), latent, steps: 9, startStep: 6, spacing };
      const [ddim, euler] = [await samplers.ddim(options), await samplers.euler(options)];
      ddim.latent.data.forEach((value, i) => expect(value).toBeCloseTo(euler.latent.data[i]!, 4));
    }
  });

  it('says which spacing PNDM cannot take', () => {
    const options = { denoiser: gaussianDenoiser(), latent: tensor(shape), steps: 5 };
    expect(() => samplers.pndm({ ...options, spacing: 'karras' })).toThrow('PNDM needs evenly spaced');
  });

  it('ask the network as often as they should', async () => {
    const latent = tensor(shape);
    const calls = async (sampler: Sampler, startStep?: number): Promise<number> => {
      const denoiser = gaussianDenoiser();
      const seen: number[] = [];
      const onStep = ({ step, of }: { step: number; of: number }) => seen.push(step / of);
      await sampler({ denoiser, latent, steps: 10, onStep, ...(startStep ? { startStep } : {}) });
      expect(seen.at(-1)).toBe(1);
      return denoiser.calls;
    };
    expect(await calls(sampleEuler)).toBe(10);
    expect(await calls(sampleDpmpp2m, 4)).toBe(4);
    expect(await calls(sampleHeun)).toBe(19);
    expect(await calls(samplers.pndm)).toBe(11);
    expect(await calls(samplers.pndm, 7)).toBe(8);
  });

  it('space timesteps as CompVis do: 30 steps become 31, and the only one is done over where it stands', async () => {
    const asked = async (sampler: 'ddim' | 'pndm', steps: number): Promise<number[]> => {
      const timesteps: number[] = [];
      const options = {
        denoiser: gaussianDenoiser(),
        latent: ramp(shape),
        steps,
        spacing: 'compvis',
      } as const;
      await samplers[sampler]({ ...options, onStep: ({ timestep }) => timesteps.push(timestep) });
      return timesteps;
    };
    expect(await asked('ddim', 30)).toEqual(Array.from({ length: 31 }, (_, i) => 991 - 33 * i));
    expect((await asked('pndm', 30)).slice(0, 4)).toEqual([991, 958, 958, 925]);
    expect(await asked('pndm', 30)).toHaveLength(32);
    expect(await asked('pndm', 1)).toEqual([1, 1]);
    await expect(asked('ddim', 27)).rejects.toThrow(
      "With 27 steps the authors' schedule would reach timestep 1000; the model knows 0 to 999. Choose a number of steps that divides 1000.",
    );
  });

  it('gives pictures of the right deviation with ancestral noise, and Euler’s without', async () => {
    const generator = new TorchGenerator(5);
    const latent = generator.randn([1, 4, 64, 64]);
    const noise = (of: readonly number[]) => generator.randn(of);
    const options = { denoiser: gaussianDenoiser(), latent, steps: 60, spacing: 'karras' as const };
    const { data } = (await sampleEulerAncestral({ ...options, noise })).latent;
    const deviation = Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / data.length);
    expect(deviation).toBeGreaterThan(SPREAD * 0.93);
    expect(deviation).toBeLessThan(SPREAD * 1.07);
    const plain = await sampleEulerAncestral({ ...options, eta: 0 });
    expect(plain.latent.data).toEqual((await sampleEuler(options)).latent.data);
    expect(() => sampleEulerAncestral(options)).toThrow(SamplingError);
  });

  it('keeps the noise level whatever share of it is fresh', () => {
    for (const eta of [0, 0.5, 1]) {
      const { down, up } = ancestralSigmas(3, 2, eta);
      expect(Math.hypot(down, up)).toBeCloseTo(2, 12);
    }
    expect(ancestralSigmas(3, 0, 1)).toEqual({ down: 0, up: 0 });
  });
});

describe('noise levels', () => {
  it('reach from the noisiest to the cleanest of training', () => {
    for (const spacing of ['karras', 'exponential'] as const) {
      const levels = sigmaLevels(spacing, { steps: 10, alphasCumprod });
      expect(levels[0]!.sigma).toBeCloseTo(14.6146, 3);
      expect(levels.at(-1)!.sigma).toBeCloseTo(0.029167, 5);
      expect(levels[0]!.timestep).toBeCloseTo(999, 6);
      expect(levels.at(-1)!.timestep).toBeCloseTo(0, 6);
      expect(levels.every(({ sigma }, i) => i === 0 || sigma < levels[i - 1]!.sigma)).toBe(true);
    }
    // Karras et al., eq. 5 with rho 7: the middle of three levels.
    const [, middle] = sigmaLevels('karras', { steps: 3, alphasCumprod });
    expect(middle!.sigma).toBeCloseTo(((table.at(-1)! ** (1 / 7) + table[0]! ** (1 / 7)) / 2) ** 7, 9);
  });

  it('are told to the network as places between two timesteps', () => {
    expect(timestepOfSigma(table[500]!, table)).toBeCloseTo(500, 9);
    expect(timestepOfSigma(Math.sqrt(table[500]! * table[501]!), table)).toBeCloseTo(500.5, 9);
    expect(timestepOfSigma(1000, table)).toBe(999);
    expect(timestepOfSigma(0.001, table)).toBe(0);
  });

  it('are spread as diffusers and CompVis spread timesteps', () => {
    expect(timestepsOf('leading', 4)).toEqual([751, 501, 251, 1]);
    expect(timestepsOf('trailing', 4)).toEqual([999, 749, 499, 249]);
    expect(timestepsOf('compvis', 7)).toEqual([995, 853, 711, 569, 427, 285, 143, 1]);
    expect(() => timestepsOf('compvis', 3)).toThrow('would reach timestep 1000');
    expect(() => timestepsOf('leading', 0)).toThrow('whole number from 1 to 999');
    expect(() => sigmaLevels('karras', { steps: 0.5, alphasCumprod })).toThrow('whole number');
  });
});
