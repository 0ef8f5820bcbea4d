import type { Denoiser } from '../../models/sampling/denoiser.ts';
import { pndmStrengthSteps } from '../../models/sampling/samplePndm.ts';
import { TorchGenerator } from '../../models/sampling/torchGenerator.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import type { Latent } from '../contract/portValues.ts';
import { choice, integer, number } from '../contract/parameter.ts';
import { checkChannels, checkFinite } from '../latent/checkLatent.ts';
import { seedParam } from '../latent/seededNoise.ts';
import { planContinuation, planSampling, type SamplingPlan } from './planSampling.ts';
import { stepReport } from './reportStep.ts';
import { runSampling } from './runSampling.ts';
import {
  countSteps,
  pndmStartParam,
  spacingParam,
  stepsParam,
  strengthSteps,
  variantParam,
} from './stepParams.ts';

export const sample = defineNode({
  type: 'diffusion/sample',
  version: 1,
  title: 'Sample',
  help: 'Removes noise from a latent step by step until a clean one is left, and shows every step. Takes any denoiser, plain or patched. By default it leaves out the first step, as StyleID does: 49 of 50 steps, starting from the inverted latent as it is.',
  inputs: {
    denoiser: {
      type: 'denoiser',
      title: 'Denoiser',
      help: 'From Load Diffusion Model, or patched by KV Swap, Guidance, DEF, Masked Blend.',
    },
    latent: { type: 'latent', title: 'Latent', help: 'Noise, an inverted latent, or one with noise added.' },
  },
  outputs: {
    latent: { type: 'latent', title: 'Latent', help: 'The clean latent.' },
    predicted: {
      type: 'latent',
      title: 'Last prediction',
      help: 'What the network took the clean latent to be in the last step; a little smoother.',
    },
  },
  params: z.object({
    sampler: choice({
      title: 'Sampler',
      help: 'How to get from one noise level to the next. DDIM as StyleID; DPM++ 2M reaches the same quality in 20 to 30 steps; Heun asks the network twice per step; Euler ancestral adds fresh noise in every step.',
      default: 'ddim',
      choices: {
        ddim: 'DDIM',
        pndm: 'PNDM (PLMS)',
        euler: 'Euler',
        'euler-ancestral': 'Euler ancestral',
        heun: 'Heun',
        'dpmpp-2m': 'DPM++ 2M',
      },
    }),
    steps: stepsParam,
    start: choice({
      title: 'Start',
      help: 'Which steps to run. After Add Noise choose "By strength" with the same strength, for PNDM with "By strength, for PNDM" there; after a Sample node with "Stop after", "Where the latent stopped": with the same settings it goes on as if nothing had been, with others from the noise that is left.',
      default: 'skip-first',
      choices: {
        'skip-first': 'Without the first (StyleID)',
        all: 'All steps',
        strength: 'By strength',
        step: 'By number of steps',
        latent: 'Where the latent stopped',
      },
    }),
    strength: number({
      title: 'Strength',
      help: 'Only with "By strength": the share of the steps to run, counted from the clean end. PHDiffusion: 0.7.',
      default: 0.6,
      min: 0,
      max: 1,
      step: 0.01,
    }),
    startStep: integer({
      title: 'Start step',
      help: 'Only with "By number of steps": how many of the last steps to run. StyleID: 49 of 50.',
      default: 49,
      min: 1,
      max: 500,
      advanced: true,
    }),
    until: integer({
      title: 'Stop after',
      help: 'Hands the latent on as it is after this step, with the noise that is left; another Sample node goes on from there. 0 runs to the end.',
      default: 0,
      min: 0,
      max: 1000,
      advanced: true,
    }),
    eta: number({
      title: 'Eta',
      help: 'Fresh noise in every step, in DDIM and Euler ancestral (which always has some): 0 gives the same result whatever the seed, 1 is as noisy as DDPM.',
      default: 0,
      min: 0,
      max: 1,
      step: 0.05,
      advanced: true,
    }),
    spacing: spacingParam,
    pndmStart: pndmStartParam,
    seed: seedParam,
    variant: variantParam,
  }),
  reportsSteps: true,

  async run({ inputs, params, signal, services, step, note }) {
    const { denoiser, latent } = inputs;
    checkChannels(latent, denoiser.latentChannels, 'the denoiser');
    checkSteps(params.steps, denoiser);
    const plan = planOf(params, latent, denoiser);
    const done = plan.from?.done ?? 0;
    const until = lastStep(params.until, done);
    const eta = etaOf(params);
    const generator = new TorchGenerator(BigInt(params.seed));
    const { reached, notes } = await runSampling({
      sampler: params.sampler,
      options: {
        denoiser,
        latent: latent.samples,
        steps: params.steps,
        startStep: plan.settings.startStep,
        spacing: params.spacing,
        pndmStart: plan.settings.pndmStart,
        eta,
        ...(eta > 0 ? { noise: (shape) => generator.randn(shape) } : {}),
        ...(plan.from ? { from: plan.from } : {}),
        until,
        signal,
      },
      record: services.sampling(plan.key, done + 1),
      tell: (made, known) => step({ ...stepReport(made, denoiser, services), ...(known ? { known } : {}) }),
    });
    checkFinite(reached.latent, 'The sampled latent');
    if (notes.length > 0) note('warning', notes.join('; '));
    const { downscale } = latent;
    const { key, origin, settings } = plan;
    const { state, of } = reached;
    const stopped =
      state.done < of ? { stopped: { key, origin, settings, denoiser: denoiser.key, state, of } } : {};
    return {
      latent: { samples: reached.latent, downscale, ...stopped },
      predicted: { samples: reached.predictedClean, downscale },
    };
  },
});

type Params = z.infer<typeof sample.params>;

function planOf(params: Params, latent: Latent, denoiser: Denoiser): SamplingPlan {
  const { sampler, spacing, steps, start, seed } = params;
  const pndmStart = sampler === 'pndm' ? params.pndmStart : 'authors';
  const settings = { sampler, spacing, pndmStart, steps, seed, eta: etaOf(params) };
  if (start === 'latent') return planContinuation(latent, denoiser, settings);
  const all = countSteps(spacing, { steps, alphasCumprod: denoiser.alphasCumprod });
  return planSampling(latent, denoiser, { ...settings, startStep: stepsToRun(start, params, all) });
}

/** What adds no fresh noise has none, whatever is set. */
function etaOf({ sampler, eta }: Pick<Params, 'sampler' | 'eta'>): number {
  if (sampler === 'euler-ancestral') return eta === 0 ? 1 : eta;
  return sampler === 'ddim' ? eta : 0;
}

function checkSteps(steps: number, { alphasCumprod }: Denoiser): void {
  const most = alphasCumprod.length - 1;
  if (steps <= most) return;
  throw new NodeError('bad-parameter', `This model takes at most ${most} steps, found ${steps}.`, 'steps');
}

/** The step to stop after. */
function lastStep(until: number, done: number): number {
  if (until === 0) return Infinity;
  if (until > done) return until;
  const message = `This latent has ${done} steps behind it, so "Stop after" must be more than that, found ${until}; 0 runs to the end.`;
  throw new NodeError('bad-parameter', message, 'until');
}

/** Of all steps that the schedule has. */
function stepsToRun(
  start: Exclude<Params['start'], 'latent'>,
  { sampler, strength, startStep }: Params,
  all: number,
): number {
  switch (start) {
    case 'all':
      return all;
    case 'strength':
      return sampler === 'pndm' ? pndmStrengthSteps(strength, all) : strengthSteps(strength, all);
    case 'step':
      return Math.min(startStep, all);
    default:
      return Math.max(1, all - 1);
  }
}
