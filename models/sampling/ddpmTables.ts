import { exactSchedule } from './noiseSchedule.ts';
import type { NoiseScheduleConfig } from './noiseSchedule.ts';

const f = Math.fround;

/** The tables that LDM checkpoints carry beside their weights, by the names they have there. */
export type DdpmTableName =
  | 'betas'
  | 'alphas_cumprod'
  | 'alphas_cumprod_prev'
  | 'sqrt_alphas_cumprod'
  | 'sqrt_one_minus_alphas_cumprod'
  | 'log_one_minus_alphas_cumprod'
  | 'sqrt_recip_alphas_cumprod'
  | 'sqrt_recipm1_alphas_cumprod'
  | 'posterior_variance'
  | 'posterior_log_variance_clipped'
  | 'posterior_mean_coef1'
  | 'posterior_mean_coef2'
  | 'lvlb_weights';

/**
 * The tables of the forward process and of its posterior q(x_{t-1} | x_t, x_0) (Ho et al., arXiv 2006.11239, eq. 4, 6 and
 * 7), and the weights of its variational bound (eq. 12), one float32 value per training timestep, computed in float64 as
 * LDM's `register_schedule` does.
 */
export function ddpmTables(config: NoiseScheduleConfig = {}): Record<DdpmTableName, Float32Array> {
  const { betas, alphasCumprod } = exactSchedule(config);
  const table = (value: (at: { beta: number; alpha: number; before: number }) => number) =>
    Float32Array.from(betas, (beta, t) =>
      value({ beta, alpha: alphasCumprod[t]!, before: t === 0 ? 1 : alphasCumprod[t - 1]! }),
    );
  const variance = ({ beta, alpha, before }: { beta: number; alpha: number; before: number }) =>
    (beta * (1 - before)) / (1 - alpha);
  const second = { beta: betas[1]!, alpha: alphasCumprod[1]!, before: alphasCumprod[0]! };
  // From the float32 tables, and in float32, as the authors do.
  const boundWeight = (at: { beta: number; alpha: number; before: number }) =>
    f(f(at.beta) ** 2) / f(f(f(2 * f(variance(at))) * f(1 - at.beta)) * f(1 - f(at.alpha)));
  return {
    betas: Float32Array.from(betas),
    alphas_cumprod: Float32Array.from(alphasCumprod),
    alphas_cumprod_prev: table(({ before }) => before),
    sqrt_alphas_cumprod: table(({ alpha }) => Math.sqrt(alpha)),
    sqrt_one_minus_alphas_cumprod: table(({ alpha }) => Math.sqrt(1 - alpha)),
    log_one_minus_alphas_cumprod: table(({ alpha }) => Math.log(1 - alpha)),
    sqrt_recip_alphas_cumprod: table(({ alpha }) => Math.sqrt(1 / alpha)),
    sqrt_recipm1_alphas_cumprod: table(({ alpha }) => Math.sqrt(1 / alpha - 1)),
    posterior_variance: table(variance),
    // The first variance is 0; the authors clip it before the logarithm.
    posterior_log_variance_clipped: table((at) => Math.log(Math.max(variance(at), 1e-20))),
    posterior_mean_coef1: table(({ beta, alpha, before }) => (beta * Math.sqrt(before)) / (1 - alpha)),
    posterior_mean_coef2: table(
      ({ beta, alpha, before }) => ((1 - before) * Math.sqrt(1 - beta)) / (1 - alpha),
    ),
    // The first weight would be infinite; the authors take the second one's.
    lvlb_weights: table(boundWeight).with(0, boundWeight(second)),
  };
}
