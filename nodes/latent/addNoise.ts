import { pndmRun, pndmSpacing, pndmStrengthSteps } from '../../models/sampling/samplePndm.ts';
import { addNoise as mixNoise } from '../../models/sampling/addNoise.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { choice, integer, number } from '../contract/parameter.ts';
import {
  checkSpacing,
  countSteps,
  firstLevel,
  spacingParam,
  stepsParam,
  strengthSteps,
} from '../diffusion/stepParams.ts';
import { checkChannels, shapeText } from './checkLatent.ts';

export const addNoise = defineNode({
  type: 'latent/add-noise',
  version: 1,
  title: 'Add Noise',
  help: 'Mixes noise into a clean latent, as much as the model expects at one timestep. A sampler that starts at that timestep keeps the large shapes and invents the rest: set the same steps and strength there. Strength 1 leaves almost nothing of the picture, 0.3 changes details only.',
  inputs: {
    latent: { type: 'latent', title: 'Latent', help: 'Clean, from Encode.' },
    noise: { type: 'latent', title: 'Noise', help: 'Of the same size, from Noise.' },
    denoiser: {
      type: 'denoiser',
      title: 'Denoiser',
      help: 'Its noise schedule says how much noise a timestep has.',
    },
  },
  outputs: { latent: { type: 'latent', title: 'Latent', help: 'The noisy latent.' } },
  params: z.object({
    amount: choice({
      title: 'How much',
      help: "By a share of the sampler's steps, or by the timestep itself. PNDM begins at other timesteps than the other samplers.",
      default: 'strength',
      choices: {
        strength: 'By strength',
        pndm: 'By strength, for PNDM (PHDiffusion)',
        timestep: 'By timestep',
      },
      advanced: true,
    }),
    strength: number({
      title: 'Strength',
      help: 'Share of the steps that the sampler will run. The same as in Sample.',
      default: 0.6,
      min: 0,
      max: 1,
      step: 0.01,
    }),
    steps: stepsParam,
    spacing: spacingParam,
    timestep: integer({
      title: 'Timestep',
      help: 'Only with "By timestep": 0 is clean, 999 is almost pure noise.',
      default: 581,
      min: 0,
      max: 999,
      advanced: true,
    }),
  }),

  check: ({ amount, ...params }, model) => checkSpacing({ ...params, isPndm: amount === 'pndm' }, model),

  async run({ inputs, params, note }) {
    const { latent, noise, denoiser } = inputs;
    checkChannels(latent, denoiser.latentChannels, 'the denoiser');
    checkSameShape(shapeText(latent.samples), shapeText(noise.samples));
    const { alphasCumprod } = denoiser;
    const { timestep, alpha } = levelOf(params, alphasCumprod);
    note('timestep', Math.round(timestep));
    const samples = mixNoise({ clean: latent.samples, noise: noise.samples, alpha });
    return { latent: { samples, downscale: latent.downscale } };
  },
});

function levelOf(
  { amount, strength, steps, spacing, timestep }: z.infer<typeof addNoise.params>,
  alphasCumprod: Float32Array,
): { timestep: number; alpha: number } {
  const trainSteps = alphasCumprod.length;
  const all = () => countSteps(spacing, { steps, alphasCumprod });
  const at = (known: number) => ({ timestep: known, alpha: alphasCumprod[known]! });
  switch (amount) {
    case 'timestep':
      return at(Math.min(timestep, trainSteps - 1));
    case 'pndm': {
      const run = { steps, startStep: pndmStrengthSteps(strength, all()), spacing: pndmSpacing(spacing) };
      return at(pndmRun(run, trainSteps)[0]!);
    }
    default:
      return firstLevel(spacing, { run: strengthSteps(strength, all()), steps, alphasCumprod });
  }
}

function checkSameShape(latent: string, noise: string): void {
  if (latent === noise) return;
  const message = `The noise has the shape ${noise}, the latent ${latent}; they must be the same. Wire the latent to "Same size as" of Noise.`;
  throw new NodeError('shape-mismatch', message, 'noise');
}
