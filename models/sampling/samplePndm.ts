import { alphaAt } from './ddimSchedule.ts';
import { SamplerLoop } from './samplerLoop.ts';
import type { SamplerOptions, SamplerResult } from './samplerOptions.ts';
import { enteredAt, type NoiseLevel } from './samplerState.ts';
import { courseOf, levelAt, type SigmaLevel, type SigmaSpacing } from './sigmaSchedule.ts';
import { SamplingError } from './samplingError.ts';
import { timestepsOf, type TimestepSpacing } from './timestepSpacing.ts';

const f = Math.fround;

/** Weights of the linear multistep method for 1 to 4 predictions, the newest first, up to their sum (Liu et al., eq. 12). */
const weights: readonly (readonly number[])[] = [[1], [3, -1], [23, -16, 5], [55, -59, 37, -9]];

/** Evenly spaced: as diffusers' PNDMScheduler (the default), or as CompVis' PLMSSampler. */
type PndmSpacing = Extract<TimestepSpacing, 'leading' | 'compvis'>;

/** Throws SamplingError `bad-parameter` for any other. */
export function pndmSpacing(spacing: SigmaSpacing = 'leading'): PndmSpacing {
  if (spacing === 'leading' || spacing === 'compvis') return spacing;
  throw new SamplingError(
    'bad-parameter',
    'PNDM needs evenly spaced timesteps: set "Spacing" to "Leading" or "CompVis".',
  );
}

export interface SamplePndmOptions extends SamplerOptions {
  readonly spacing?: PndmSpacing;
  /** `authors` unless given. */
  readonly pndmStart?: PndmStart;
}

/**
 * Timesteps of PNDM without Runge-Kutta steps, noisiest first: the second one stands twice, since the first step is
 * done over with the mean of its prediction and the one at its end. A single step is done over at its own timestep by
 * CompVis, and not at all by diffusers.
 */
export function pndmTimesteps(
  steps: number,
  { trainSteps = 1000, spacing = 'leading' }: { trainSteps?: number; spacing?: PndmSpacing } = {},
): number[] {
  const timesteps = timestepsOf(spacing, steps, trainSteps);
  const single = spacing === 'compvis' ? timesteps : [];
  return withSecondTwice(timesteps, single);
}

/** `single`: what is done over where there is no second one. */
function withSecondTwice(timesteps: readonly number[], single: readonly number[] = []): number[] {
  const again = timesteps.length > 1 ? timesteps[1]! : single[0];
  return again === undefined ? [...timesteps] : timesteps.toSpliced(1, 0, again);
}

/**
 * What a run does that leaves out the noisy end. `authors`: as PHDiffusion's test.py and diffusers, which cut the list
 * and treat the second call as the doubled one whatever its timestep, so that from the third on the latent is one step
 * behind the timestep that the network is told. `corrected`: begins at the same timestep and doubles its own second one.
 */
export type PndmStart = 'authors' | 'corrected';

/** How many of `steps` a strength stands for: fractions are cut off, as PHDiffusion's test.py and diffusers do. */
export function pndmStrengthSteps(strength: number, steps: number): number {
  return Math.min(Math.trunc(steps * strength), steps);
}

/**
 * The timesteps of a run of the last `startStep` steps: one more than that, since the list has one more, but for that of
 * a single step. Throws SamplingError `bad-steps` when none is left.
 */
export function pndmRun(
  options: Pick<SamplePndmOptions, 'steps' | 'startStep' | 'pndmStart' | 'spacing'>,
  trainSteps = 1000,
): number[] {
  const { steps, startStep = Infinity, pndmStart = 'authors', spacing = 'leading' } = options;
  const all = timestepsOf(spacing, steps, trainSteps).length;
  const cut = pndmTimesteps(steps, { trainSteps, spacing }).slice(Math.max(0, all - startStep));
  if (cut.length === 0) {
    const message =
      'PNDM with a single step and a strength below 1 has no step left; it takes 2 steps or more.';
    throw new SamplingError('bad-steps', message);
  }
  return pndmStart === 'authors' || all <= startStep ? cut : withSecondTwice([...new Set(cut)]);
}

/**
 * PNDM (Liu et al., arXiv 2202.09778) as diffusers' PNDMScheduler runs it with `skip_prk_steps`, which CompVis call PLMS.
 * Its memory is the latent before the first call and up to four predictions, the newest first. Throws SamplingError as
 * sampleDdim does.
 */
export async function samplePndm(options: SamplePndmOptions): Promise<SamplerResult> {
  const { calls, passed } = pndmCalls(options);
  const loop = new SamplerLoop(options, calls.length - passed);
  let { latent } = options;
  let predictedClean = latent;
  let [start = latent.data, ...history] = options.from?.memory ?? [];
  for (const [i, { at, from, to }] of loop.wanted(calls.slice(passed)).entries()) {
    const { epsilon, latent: seen } = await loop.predict(latent, at);
    const call = passed + i;
    const again = call === 1;
    if (call === 0) start = seen.data;
    if (!again) history = [epsilon, ...history].slice(0, 4);
    const combined = again
      ? mixed([epsilon, history[0]!], [1, 1])
      : mixed(history, weights[history.length - 1]!);
    const left = again ? start : seen.data;
    const data = transfer(left, combined, { alphaFrom: from.alpha, alphaTo: to.alpha });
    latent = { shape: latent.shape, data };
    predictedClean = { shape: latent.shape, data: cleanOf(left, combined, from.alpha) };
    const memory = [start, ...history];
    loop.done({ timestep: at.timestep, latent, predictedClean, level: to, memory });
  }
  return { latent, predictedClean, notes: loop.notes };
}

/** One evaluation: where the network is asked, and which way the latent goes. */
interface PndmCall {
  readonly at: NoiseLevel;
  readonly from: NoiseLevel;
  readonly to: NoiseLevel;
}

/** The calls of a sampling, and how many of them it has behind it. */
function pndmCalls(options: SamplePndmOptions): { calls: readonly PndmCall[]; passed: number } {
  const { denoiser, steps, spacing = 'leading', from } = options;
  const { alphasCumprod } = denoiser;
  const stride = Math.floor(alphasCumprod.length / steps);
  // Below the first level there is only the first one again (`set_alpha_to_one` false).
  const level = (timestep: number): SigmaLevel => {
    const known = Math.max(0, timestep);
    return levelAt(known, alphaAt(alphasCumprod, known));
  };
  const all = timestepsOf(spacing, steps, alphasCumprod.length).map(level);
  const { levels, passed } = courseOf(all, options);
  if (enteredAt(from)) return { calls: enteringCalls(levels, level(0)), passed };
  const calls = pndmRun(options, alphasCumprod.length).map((timestep, call) => {
    const doneOver = call === 1 && all.length > 1;
    const [before, after] = doneOver ? [timestep + stride, timestep] : [timestep, timestep - stride];
    return { at: level(timestep), from: level(before), to: level(after) };
  });
  return { calls, passed };
}

/** From a level that need not be one of the schedule's, with the first step done over too. */
function enteringCalls(levels: readonly NoiseLevel[], end: NoiseLevel): PndmCall[] {
  const calls = levels.map((at, i) => ({ at, from: at, to: levels[i + 1] ?? end }));
  const [first, second] = calls;
  return first && second ? calls.toSpliced(1, 0, { at: second.at, from: first.at, to: second.at }) : calls;
}

/** Rounded as diffusers does, which divides by the sum of the shares, but multiplies by 1/24. */
function mixed(predictions: readonly Float32Array[], shares: readonly number[]): Float32Array {
  const whole = shares.reduce((sum, share) => sum + share, 0);
  const toMean = whole === 24 ? (sum: number) => f(1 / 24) * sum : (sum: number) => sum / whole;
  return predictions[0]!.map((_, i) =>
    toMean(predictions.reduce((sum, data, n) => f(sum + f(shares[n]! * data[i]!)), 0)),
  );
}

/** What CompVis' PLMSSampler calls pred_x0: by the combined prediction, at the level that the step leaves. */
function cleanOf(data: Float32Array, epsilon: Float32Array, alpha: number): Float32Array {
  const [signalRoot, noiseRoot] = [f(Math.sqrt(alpha)), f(Math.sqrt(1 - alpha))];
  return data.map((x, i) => (x - noiseRoot * epsilon[i]!) / signalRoot);
}

/** Liu et al., eq. 11, in the form of diffusers' `_get_prev_sample`, rounded where float32 rounds there. */
function transfer(
  data: Float32Array,
  epsilon: Float32Array,
  { alphaFrom, alphaTo }: { alphaFrom: number; alphaTo: number },
): Float32Array {
  const keep = f(Math.sqrt(f(alphaTo / alphaFrom)));
  const inner = f(f(alphaFrom * f(1 - alphaFrom)) * alphaTo);
  const divisor = f(f(alphaFrom * f(Math.sqrt(f(1 - alphaTo)))) + f(Math.sqrt(inner)));
  const difference = f(alphaTo - alphaFrom);
  return data.map((x, i) => f(keep * x) - f(f(difference * epsilon[i]!) / divisor));
}
