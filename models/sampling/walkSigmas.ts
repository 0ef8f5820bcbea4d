import { SamplerLoop } from './samplerLoop.ts';
import type { SamplerOptions, SamplerResult } from './samplerOptions.ts';
import { courseOf, sigmaLevels, timestepOfSigma, type SigmaSpacing } from './sigmaSchedule.ts';

export interface SigmaSamplerOptions extends SamplerOptions {
  /** `leading` unless given. */
  readonly spacing?: SigmaSpacing;
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
  /** What the step before found at its beginning; absent in the first one. */
  readonly before?: { readonly clean: Float32Array; readonly sigma: number };
  /** Asks the network once more, at another point and level. */
  denoise(x: Float32Array, sigma: number): Promise<Denoised>;
  noise(): Float32Array;
}

/**
 * Walks a latent down the noise levels, with `step` saying how to get from one to the next. Latents come and go in the
 * variance-preserving form that the network was trained on (x / sqrt(1 + sigma^2)). The last step ends at a clean latent.
 * Its memory is x and the denoised picture of the step before.
 * Throws SamplingError and the signal's reason when aborted.
 */
export async function walkSigmas(
  options: SigmaSamplerOptions,
  step: (at: SigmaStep) => Promise<Float32Array> | Float32Array,
): Promise<SamplerResult> {
  const { denoiser, steps, spacing = 'leading', from } = options;
  const { alphasCumprod } = denoiser;
  const { shape } = options.latent;
  const { levels: all, passed } = courseOf(sigmaLevels(spacing, { steps, alphasCumprod }), options);
  const levels = all.slice(passed);
  const table = Float64Array.from(alphasCumprod, (alpha) => Math.sqrt((1 - alpha) / alpha));
  const loop = new SamplerLoop(options, levels.length);
  const preserving = (x: Float32Array, sigma: number) => ({
    shape,
    data: scaled(x, 1 / Math.hypot(1, sigma)),
  });
  const denoise = async (x: Float32Array, sigma: number, timestep: number): Promise<Denoised> => {
    const given = preserving(x, sigma);
    const { clean, latent } = await loop.predict(given, { timestep, alpha: alphaOf(sigma) });
    return { clean, x: latent === given ? x : scaled(latent.data, Math.hypot(1, sigma)) };
  };

  let { latent } = options;
  let predictedClean = latent;
  let [x = scaled(latent.data, Math.hypot(1, levels[0]?.sigma ?? 0)), clean] = from?.memory ?? [];
  let before = clean && { clean, sigma: all[passed - 1]!.sigma };
  for (const [i, level] of loop.wanted(levels).entries()) {
    const { sigma, timestep } = level;
    ({ x, clean } = await denoise(x, sigma, timestep));
    const next = levels[i + 1]?.sigma ?? 0;
    x = await step({
      x,
      clean,
      sigma,
      next,
      ...(before ? { before } : {}),
      denoise: (at, level) => denoise(at, level, timestepOfSigma(level, table)),
      noise: () => loop.noise(shape).data,
    });
    before = { clean, sigma };
    latent = preserving(x, next);
    predictedClean = { shape, data: clean };
    loop.done({
      timestep,
      latent,
      predictedClean,
      level: { timestep: levels[i + 1]?.timestep ?? 0, alpha: alphaOf(next) },
      memory: [x, clean],
    });
  }
  return { latent, predictedClean, notes: loop.notes };
}

const alphaOf = (sigma: number): number => 1 / (1 + sigma * sigma);

function scaled(data: Float32Array, factor: number): Float32Array {
  return data.map((value) => value * factor);
}
