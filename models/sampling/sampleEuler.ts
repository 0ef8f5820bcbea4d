import type { SamplerResult } from './samplerOptions.ts';
import { walkSigmas, type SigmaSamplerOptions } from './walkSigmas.ts';

/** Euler's method on the probability flow (Karras et al., arXiv 2206.00364, algorithm 2 without its second half). */
export function sampleEuler(options: SigmaSamplerOptions): Promise<SamplerResult> {
  return walkSigmas(options, ({ x, clean, sigma, next }) =>
    x.map((value, i) => value + ((value - clean[i]!) / sigma) * (next - sigma)),
  );
}
