import type { SamplerResult } from './samplerOptions.ts';
import { walkSigmas, type SigmaSamplerOptions } from './walkSigmas.ts';

/**
 * DPM-Solver++(2M) (Lu et al., arXiv 2211.01095, algorithm 2) in the variance-exploding form: lambda = -log sigma, and
 * the denoised picture is extrapolated from this evaluation and the one before. One evaluation per step.
 */
export function sampleDpmpp2m(options: SigmaSamplerOptions): Promise<SamplerResult> {
  return walkSigmas(options, ({ x, clean, sigma, next, before }) => {
    // The step to the clean end is infinitely long in lambda: it ends at the denoised picture.
    if (next === 0) return clean;
    const length = Math.log(sigma / next);
    const share = before ? length / (2 * Math.log(before.sigma / sigma)) : 0;
    const keep = next / sigma;
    return x.map((value, i) => {
      const aim = before ? clean[i]! + share * (clean[i]! - before.clean[i]!) : clean[i]!;
      return keep * value + (1 - keep) * aim;
    });
  });
}
