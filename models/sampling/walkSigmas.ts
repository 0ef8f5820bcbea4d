import { SamplerLoop, type SamplerOptions, type SamplerResult } from './samplerLoop.ts';
import { sigmaLevels, timestepOfSigma, type SigmaLevel, type SigmaSpacing } from './sigmaSchedule.ts';

export interface SigmaSamplerOptions extends SamplerOptions {
  /** `leading` unless given. */
  readonly spacing?: SigmaSpacing;
  /** Standard normal values, for samplers that add noise. */
  readonly noise?: (shape: readonly number[]) => { readonly data: Float32Array };
}

/** What the network makes of a point, and that point as it saw it (see DenoiserResult.latent). */
interface Denoised {
  readonly x: Float32Array;
  readonly clean: Float32Array;
}

/** One step of a sampler in the variance-exploding form: x = picture + sigma * noise. */
export interface SigmaStep {
  readonly x: Float32Array;
  /** The network's denoised picture at x and sigma. */
  readonly clean: Float32Array;
  readonly sigma: number;
  /** Where the step leads; 0 = the end. */
  readonly next: number;
  /** Asks the network once more, at another point and level. */
  denoise(x: Float32Array, sigma: number): Promise<Denoised>;
  noise(): Float32Array;
}

/**
 * Walks a latent down the noise levels, with `step` saying how to get from one to the next. Latents come and go in the
 * variance-preserving form that the network was trained on (x / sqrt(1 + sigma^2)). The last step ends at a clean latent.
 * Throws SamplingError and the signal's reason when aborted.
 */
export async function walkSigmas(
  options: SigmaSamplerOptions,
  step: (at: SigmaStep) => Promise<Float32Array> | Float32Array,
): Promise<SamplerResult> {
  const { denoiser, steps, startStep = steps, spacing = 'leading' } = options;
  const { alphasCumprod } = denoiser;
  const { shape } = options.latent;
  const all = sigmaLevels(spacing, { steps, alphasCumprod });
  const levels = all.slice(Math.max(0, all.length - startStep));
  const table = Float64Array.from(alphasCumprod, (alpha) => Math.sqrt((1 - alpha) / alpha));
  const loop = new SamplerLoop(options, levels.length);
  const preserving = (x: Float32Array, sigma: number) => ({
    shape,
    data: scaled(x, 1 / Math.hypot(1, sigma)),
  });
  const denoise = async (x: Float32Array, { sigma, timestep }: SigmaLevel): Promise<Denoised> => {
    const given = preserving(x, sigma);
    const level = { timestep, alpha: 1 / (1 + sigma * sigma) };
    const { clean, latent } = await loop.predict(given, level);
    return { clean, x: latent === given ? x : scaled(latent.data, Math.hypot(1, sigma)) };
  };

  let x = scaled(options.latent.data, Math.hypot(1, levels[0]?.sigma ?? 0));
  let clean = x;
  for (const [i, level] of levels.entries()) {
    ({ x, clean } = await denoise(x, level));
    const next = levels[i + 1]?.sigma ?? 0;
    x = await step({
      x,
      clean,
      sigma: level.sigma,
      next,
      denoise: (at, sigma) => denoise(at, { sigma, timestep: timestepOfSigma(sigma, table) }),
      noise: () => options.noise?.(shape).data ?? new Float32Array(x.length),
    });
    loop.done(level.timestep, preserving(x, next), { shape, data: clean });
  }
  return { latent: { shape, data: x }, predictedClean: { shape, data: clean }, notes: loop.notes };
}

function scaled(data: Float32Array, factor: number): Float32Array {
  return data.map((value) => value * factor);
}
