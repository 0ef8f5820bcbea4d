import type { Denoiser } from '../../models/sampling/denoiser.ts';
import { pndmStrengthSteps } from '../../models/sampling/samplePndm.ts';
import { NodeError } from '../contract/nodeError.ts';
import type { Latent } from '../contract/portValues.ts';
import { planContinuation, planSampling, type SamplingPlan } from './planSampling.ts';
import type { SampleParams } from './sampleParams.ts';
import { checkStepCount, countSteps, strengthSteps } from './stepParams.ts';

export interface SamplingCourse {
  readonly plan: SamplingPlan;
  /** The step to stop after; Infinity = the last. */
  readonly until: number;
  /** How much fresh noise every step gets. */
  readonly eta: number;
}

/** Where Sample begins and ends by its parameters. Throws NodeError `bad-parameter` for what this latent or model cannot do. */
export function samplingCourse(params: SampleParams, latent: Latent, denoiser: Denoiser): SamplingCourse {
  checkStepCount(params.steps, denoiser.alphasCumprod.length);
  const plan = planOf(params, latent, denoiser);
  return { plan, until: lastStep(params.until, plan.from?.done ?? 0), eta: etaOf(params) };
}

function planOf(params: SampleParams, latent: Latent, denoiser: Denoiser): SamplingPlan {
  const { sampler, spacing, steps, start, seed } = params;
  const pndmStart = sampler === 'pndm' ? params.pndmStart : 'authors';
  const settings = { sampler, spacing, pndmStart, steps, seed, eta: etaOf(params) };
  if (start === 'latent') return planContinuation(latent, denoiser, settings);
  const all = countSteps(spacing, { steps, alphasCumprod: denoiser.alphasCumprod });
  return planSampling(latent, denoiser, { ...settings, startStep: stepsToRun(start, params, all) });
}

/** What adds no fresh noise has none, whatever is set. */
function etaOf({ sampler, eta }: Pick<SampleParams, 'sampler' | 'eta'>): number {
  if (sampler === 'euler-ancestral') return eta === 0 ? 1 : eta;
  return sampler === 'ddim' ? eta : 0;
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
  start: Exclude<SampleParams['start'], 'latent'>,
  { sampler, strength, startStep }: SampleParams,
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
