import type { Tensor } from '../tensor/tensor.ts';
import { alphaAt } from './ddimSchedule.ts';
import { SamplerLoop, type SamplerOptions, type SamplerResult } from './samplerLoop.ts';
import { leadingTimesteps } from './timestepSpacing.ts';

const f = Math.fround;

/** Weights of the linear multistep method for 1 to 4 predictions, the newest first, up to their sum (Liu et al., eq. 12). */
const weights: readonly (readonly number[])[] = [[1], [3, -1], [23, -16, 5], [55, -59, 37, -9]];

/**
 * Timesteps of PNDM without Runge-Kutta steps, noisiest first: the second one stands twice, since the first step is
 * done over with the mean of its prediction and the one at its end.
 */
export function pndmTimesteps(steps: number, trainSteps = 1000): number[] {
  const timesteps = leadingTimesteps(steps, trainSteps);
  return timesteps.toSpliced(1, 0, ...timesteps.slice(1, 2));
}

/**
 * PNDM (Liu et al., arXiv 2202.09778) as diffusers' PNDMScheduler runs it with `skip_prk_steps`, which CompVis call PLMS.
 * `startStep` cuts timesteps off the noisy end of that list as PHDiffusion does: the second call then counts as the
 * doubled one whatever its timestep, so the latent stays one step behind. Throws SamplingError as sampleDdim does.
 */
export async function samplePndm(options: SamplerOptions): Promise<SamplerResult> {
  const { alphasCumprod } = options.denoiser;
  const { steps, startStep = steps } = options;
  const stride = Math.floor(alphasCumprod.length / steps);
  const timesteps = pndmTimesteps(steps, alphasCumprod.length).slice(Math.max(0, steps - startStep));
  const loop = new SamplerLoop(options, timesteps.length);
  let { latent } = options;
  let predictedClean = latent;
  let start = latent;
  let history: Float32Array[] = [];
  for (const [call, timestep] of timesteps.entries()) {
    const alpha = alphaAt(alphasCumprod, timestep);
    const { epsilon, clean, latent: seen } = await loop.predict(latent, { timestep, alpha });
    latent = seen;
    predictedClean = { shape: latent.shape, data: clean };
    const again = call === 1;
    if (call === 0) start = latent;
    if (!again) history = [epsilon, ...history].slice(0, 4);
    const combined = again
      ? mixed([epsilon, history[0]!], [1, 1])
      : mixed(history, weights[history.length - 1]!);
    const [from, to] = again ? [timestep + stride, timestep] : [timestep, timestep - stride];
    latent = transfer(again ? start : latent, combined, {
      alphaFrom: alphaAt(alphasCumprod, from),
      // Below the first level there is only the first one again (`set_alpha_to_one` false).
      alphaTo: alphaAt(alphasCumprod, Math.max(0, to)),
    });
    loop.done(timestep, latent, predictedClean);
  }
  return { latent, predictedClean, notes: loop.notes };
}

function mixed(predictions: readonly Float32Array[], shares: readonly number[]): Float32Array {
  const scale = f(1 / shares.reduce((sum, share) => sum + share, 0));
  return predictions[0]!.map(
    (_, i) => scale * predictions.reduce((sum, data, n) => f(sum + f(shares[n]! * data[i]!)), 0),
  );
}

/** Liu et al., eq. 11, in the form of diffusers' `_get_prev_sample`, rounded where float32 rounds there. */
function transfer(
  { shape, data }: Tensor,
  epsilon: Float32Array,
  { alphaFrom, alphaTo }: { alphaFrom: number; alphaTo: number },
): Tensor {
  const keep = f(Math.sqrt(f(alphaTo / alphaFrom)));
  const inner = f(f(alphaFrom * f(1 - alphaFrom)) * alphaTo);
  const divisor = f(f(alphaFrom * f(Math.sqrt(f(1 - alphaTo)))) + f(Math.sqrt(inner)));
  const difference = f(alphaTo - alphaFrom);
  return { shape, data: data.map((x, i) => f(keep * x) - f(f(difference * epsilon[i]!) / divisor)) };
}
