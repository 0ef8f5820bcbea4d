import { samplers } from '../../models/sampling/samplers.ts';
import { TorchGenerator } from '../../models/sampling/torchGenerator.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { choice, integer, number } from '../contract/parameter.ts';
import { checkChannels, checkFinite } from '../latent/checkLatent.ts';
import { seedParam } from '../latent/seededNoise.ts';
import { stepReport } from './reportStep.ts';
import { spacingParam, stepsParam, strengthSteps, variantParam } from './stepParams.ts';

export const sample = defineNode({
  type: 'diffusion/sample',
  version: 1,
  title: 'Sample',
  help: 'Removes noise from a latent step by step until a clean one is left, and shows every step. Takes any denoiser, plain or patched. By default it leaves out the first step, as StyleID does: 49 of 50 steps, starting from the inverted latent as it is.',
  inputs: {
    denoiser: {
      type: 'denoiser',
      title: 'Denoiser',
      help: 'From Load Diffusion Model, or patched by KV Swap.',
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
      help: 'Which steps to run. After Add Noise choose "By strength" with the same strength.',
      default: 'skip-first',
      choices: {
        'skip-first': 'Without the first (StyleID)',
        all: 'All steps',
        strength: 'By strength',
        step: 'By number of steps',
      },
    }),
    strength: number({
      title: 'Strength',
      help: 'Only with "By strength": the share of the steps to run, counted from the clean end.',
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
    seed: seedParam,
    variant: variantParam,
  }),
  reportsSteps: true,

  async run({ inputs, params, signal, services, step, note }) {
    const { denoiser, latent } = inputs;
    checkChannels(latent, denoiser.latentChannels, 'the denoiser');
    const { steps, sampler, spacing } = params;
    const eta = sampler === 'euler-ancestral' && params.eta === 0 ? 1 : params.eta;
    if (steps >= denoiser.alphasCumprod.length) {
      const most = denoiser.alphasCumprod.length - 1;
      throw new NodeError(
        'bad-parameter',
        `This model takes at most ${most} steps, found ${steps}.`,
        'steps',
      );
    }
    const generator = new TorchGenerator(BigInt(params.seed));
    const result = await samplers[sampler]({
      denoiser,
      latent: latent.samples,
      steps,
      startStep: stepsToRun(params),
      variant: params.variant,
      spacing,
      eta,
      ...(eta > 0 ? { noise: (shape) => generator.randn(shape) } : {}),
      signal,
      onStep: (state) => step(stepReport(state, denoiser, services)),
    });
    checkFinite(result.latent, 'The sampled latent');
    if (result.notes.length > 0) note('warning', result.notes.join('; '));
    const { downscale } = latent;
    return {
      latent: { samples: result.latent, downscale },
      predicted: { samples: result.predictedClean, downscale },
    };
  },
});

interface Settings {
  readonly start: 'skip-first' | 'all' | 'strength' | 'step';
  readonly steps: number;
  readonly strength: number;
  readonly startStep: number;
}

function stepsToRun({ start, steps, strength, startStep }: Settings): number {
  switch (start) {
    case 'all':
      return steps;
    case 'strength':
      return strengthSteps(strength, steps);
    case 'step':
      return Math.min(startStep, steps);
    default:
      return Math.max(1, steps - 1);
  }
}
