import type { SamplerResult } from './samplerOptions.ts';
import { walkSigmas, type SigmaSamplerOptions } from './walkSigmas.ts';

/**
 * Heun's method on the probability flow (Karras et al., arXiv 2206.00364, algorithm 2, without churn): the mean of the
 * slopes at both ends of a step. Two evaluations per step, one in the last.
 */
export function sampleHeun(options: SigmaSamplerOptions): Promise<SamplerResult> {
  return walkSigmas(options, async ({ x, clean, sigma, next, denoise }) => {
    const slope = x.map((value, i) => (value - clean[i]!) / sigma);
    const end = x.map((value, i) => value + slope[i]! * (next - sigma));
    if (next === 0) return end;
    const { x: seen, clean: endClean } = await denoise(end, next);
    return x.map((value, i) => {
      const endSlope = (seen[i]! - endClean[i]!) / next;
      return value + ((slope[i]! + endSlope) / 2) * (next - sigma);
    });
  });
}
