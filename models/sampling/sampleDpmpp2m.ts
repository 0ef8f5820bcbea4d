import type { SamplerResult } from './samplerLoop.ts';
import { walkSigmas, type SigmaSamplerOptions } from './walkSigmas.ts';

/**
 * DPM-Solver++(2M) (Lu et al., arXiv 2211.01095, algorithm 2) in the variance-exploding form: lambda = -log sigma, and
 * the denoised picture is extrapolated from this evaluation and the one before. One evaluation per step.
 */
export function sampleDpmpp2m(options: SigmaSamplerOptions): Promise<SamplerResult> {
  let before: { readonly clean: Float32Array; readonly sigma: number } | undefined;
  return walkSigmas(options, ({ x, clean, sigma, next }) => {
    const last = before;
    before = { clean, sigma };
    // The step to the clean end is infinitely long in lambda: it ends at the denoised picture.
    if (next === 0) return clean;
    const length = Math.log(sigma / next);
    const share = last ? length / (2 * Math.log(last.sigma / sigma)) : 0;
    const keep = next / sigma;
    return x.map((value, i) => {
      const aim = last ? clean[i]! + share * (clean[i]! - last.clean[i]!) : clean[i]!;
      return keep * value + (1 - keep) * aim;
    });
  });
}
