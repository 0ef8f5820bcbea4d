import { SamplingError } from './samplingError.ts';
import type { SamplerResult } from './samplerOptions.ts';
import { walkSigmas, type SigmaSamplerOptions } from './walkSigmas.ts';

export interface EulerAncestralOptions extends SigmaSamplerOptions {
  /** Share of the noise that is renewed: 1 (default) as in DDPM, 0 = Euler's method. */
  readonly eta?: number;
}

/**
 * Euler steps below the next level, and fresh noise up to it (ancestral sampling; crowsonkb/k-diffusion,
 * sample_euler_ancestral). Throws SamplingError `bad-parameter` without a source of noise.
 */
export function sampleEulerAncestral(options: EulerAncestralOptions): Promise<SamplerResult> {
  const { eta = 1 } = options;
  if (eta > 0 && !options.noise) throw new SamplingError('bad-parameter', 'Ancestral sampling needs noise.');
  return walkSigmas(options, ({ x, clean, sigma, next, noise }) => {
    const { down, up } = ancestralSigmas(sigma, next, eta);
    const fresh = up > 0 ? noise() : undefined;
    return x.map((value, i) => {
      const lower = value + ((value - clean[i]!) / sigma) * (down - sigma);
      return fresh ? lower + up * fresh[i]! : lower;
    });
  });
}

/** The level to step down to, and how much fresh noise leads from there to `next`: down^2 + up^2 = next^2. */
export function ancestralSigmas(sigma: number, next: number, eta: number): { down: number; up: number } {
  const up = Math.min(next, eta * Math.sqrt((next ** 2 * (sigma ** 2 - next ** 2)) / sigma ** 2));
  return { down: Math.sqrt(next ** 2 - up ** 2), up };
}
