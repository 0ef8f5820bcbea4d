import { pndmSpacing } from '../../models/sampling/samplePndm.ts';
import { sigmaLevels, type SigmaSpacing } from '../../models/sampling/sigmaSchedule.ts';
import { timestepsOf } from '../../models/sampling/timestepSpacing.ts';
import type { KnownModel } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { choice, integer } from '../contract/parameter.ts';

export const stepsParam = integer({
  title: 'Steps',
  help: 'How many steps the whole schedule has. More are slower and more exact. Numbers that divide 1000 (10, 20, 25, 40, 50, 100) work best: for others an inversion needs a few more steps than a sampling.',
  default: 50,
  min: 1,
  max: 500,
});

export const spacingParam = choice({
  title: 'Spacing',
  help: 'How the steps are spread over the noise levels. Leading, as StyleID and diffusers, evenly from the clean end; CompVis, the same, but with more steps where their number does not divide 1000 (30 become 31), as Paint by Example; trailing evenly from the noisy end; Karras and exponential with more steps where little noise is left. Use the same in Add Noise and Sample.',
  default: 'leading',
  choices: {
    leading: 'Leading',
    compvis: 'CompVis',
    trailing: 'Trailing',
    karras: 'Karras',
    exponential: 'Exponential',
  },
  advanced: true,
});

export const pndmStartParam = choice({
  title: 'PNDM start',
  help: "Only with PNDM and fewer than all steps. PNDM does its first step over, so its second timestep stands twice in the list. PHDiffusion's program cuts that list by the strength and still does its second step as the one done over: from then on the picture is one step noisier than the network is told, and keeps a little of that noise at the end. Corrected begins at the same noise with a list of its own: one evaluation more, and nothing is behind. Pictures differ; only the first are those of the authors.",
  default: 'authors',
  choices: { authors: 'As PHDiffusion', corrected: 'Corrected' },
  advanced: true,
});

/** Refuses steps and spacings that go together neither with each other nor, where it is known, with the model. Throws SamplingError and NodeError. */
export function checkSpacing(
  {
    spacing,
    steps,
    isPndm,
  }: { readonly spacing: SigmaSpacing; readonly steps: number; readonly isPndm: boolean },
  { trainSteps }: KnownModel,
): void {
  if (isPndm) pndmSpacing(spacing);
  if (trainSteps === undefined) return;
  checkStepCount(steps, trainSteps);
  if (spacing === 'compvis') timestepsOf(spacing, steps, trainSteps);
}

/** Throws NodeError `bad-parameter` for more steps than a model was trained with. */
export function checkStepCount(steps: number, trainSteps: number): void {
  if (steps < trainSteps) return;
  const message = `This model takes at most ${trainSteps - 1} steps, found ${steps}.`;
  throw new NodeError('bad-parameter', message, 'steps');
}

/** How many steps a sampler makes that is asked for `steps`. Throws SamplingError `bad-steps`. */
export function countSteps(
  spacing: SigmaSpacing,
  { steps, alphasCumprod }: { readonly steps: number; readonly alphasCumprod: Float32Array },
): number {
  return spacing === 'compvis' ? timestepsOf(spacing, steps, alphasCumprod.length).length : steps;
}

/** How many steps of `steps` a strength in [0, 1] stands for; at least one. */
export function strengthSteps(strength: number, steps: number): number {
  return Math.min(steps, Math.max(1, Math.round(strength * steps)));
}

/** Where a sampler that runs the last `run` of `steps` steps begins. */
export function firstLevel(
  spacing: SigmaSpacing,
  {
    run,
    steps,
    alphasCumprod,
  }: { readonly run: number; readonly steps: number; readonly alphasCumprod: Float32Array },
): { timestep: number; alpha: number } {
  const levels = sigmaLevels(spacing, { steps, alphasCumprod });
  const { timestep, sigma } = levels[Math.max(0, levels.length - run)]!;
  return { timestep, alpha: 1 / (1 + sigma * sigma) };
}
