import { z } from 'zod';
import { choice, integer, number } from '../contract/parameter.ts';
import { seedParam } from '../latent/seededNoise.ts';
import { pndmStartParam, spacingParam, stepsParam } from './stepParams.ts';

/** What Sample can be told. */
export const sampleParams = z.object({
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
});

export type SampleParams = z.infer<typeof sampleParams>;
