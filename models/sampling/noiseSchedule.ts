/** A training noise schedule: how much of the picture is left after t steps of noising. */
export interface NoiseScheduleConfig {
  /** `scaled_linear`: linear in sqrt(beta), what Stable Diffusion was trained with (LDM calls it `linear`). */
  readonly betaSchedule?: 'scaled_linear' | 'linear' | 'squaredcos_cap_v2';
  readonly betaStart?: number;
  readonly betaEnd?: number;
  readonly trainSteps?: number;
  /** Replaces the formula when given. */
  readonly trainedBetas?: readonly number[];
  /**
   * The precision the table is computed in before it is stored as float32: CompVis' LDM uses float64, diffusers float32.
   * The two differ in the last digits only.
   */
  readonly computedIn?: 'float64' | 'float32';
}

export interface NoiseSchedule {
  /** One per training timestep. */
  readonly betas: Float32Array;
  /** Product of (1 - beta) up to and including t; what `Denoiser.alphasCumprod` holds. */
  readonly alphasCumprod: Float32Array;
}

/** How many timesteps a model of that schedule was trained with. */
export function trainStepsOf({ trainedBetas, trainSteps = 1000 }: NoiseScheduleConfig): number {
  return trainedBetas?.length ?? trainSteps;
}

/** Betas and alphas_cumprod as float32 tables. Defaults are Stable Diffusion's: 0.00085 to 0.012, scaled linear, 1000. */
export function noiseSchedule(config: NoiseScheduleConfig = {}): NoiseSchedule {
  const { betas, alphasCumprod } = exactSchedule(config);
  return { betas: Float32Array.from(betas), alphasCumprod: Float32Array.from(alphasCumprod) };
}

/** The schedule before it is rounded to float32 tables. */
export function exactSchedule(config: NoiseScheduleConfig = {}): {
  betas: Float64Array;
  alphasCumprod: Float64Array;
} {
  const float32 = config.computedIn === 'float32';
  const betas = config.trainedBetas
    ? Float64Array.from(config.trainedBetas)
    : betaTable({ ...config, round: float32 ? Math.fround : (value) => value });
  const alphasCumprod = new Float64Array(betas.length);
  let product = 1;
  for (let t = 0; t < betas.length; t++) {
    // torch's float32 cumprod accumulates in float64 and rounds every result.
    product *= float32 ? Math.fround(1 - betas[t]!) : 1 - betas[t]!;
    alphasCumprod[t] = product;
  }
  return { betas, alphasCumprod };
}

function betaTable(config: NoiseScheduleConfig & { round: (value: number) => number }): Float64Array {
  const { betaSchedule = 'scaled_linear', betaStart = 0.00085, betaEnd = 0.012, trainSteps = 1000 } = config;
  const { round } = config;
  if (betaSchedule === 'squaredcos_cap_v2') {
    const signal = (t: number) => Math.cos(((t / trainSteps + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
    return Float64Array.from({ length: trainSteps }, (_, t) =>
      Math.min(1 - signal(t + 1) / signal(t), 0.999),
    );
  }
  if (betaSchedule === 'linear') return linspace(betaStart, betaEnd, { count: trainSteps, round });
  const roots = linspace(Math.sqrt(betaStart), Math.sqrt(betaEnd), { count: trainSteps, round });
  return roots.map((root) => round(root * root));
}

/** How many float32 values torch.linspace computes at once (AVX2), each group from its first one. */
const LANES = 8;

/** torch.linspace, bit for bit in float32: both halves are counted from their own end, without rounding the product. */
function linspace(
  from: number,
  to: number,
  { count, round }: { count: number; round: (value: number) => number },
): Float64Array {
  const [start, end] = [round(from), round(to)];
  const step = round((end - start) / (count - 1));
  const whole = count - (count % LANES);
  return Float64Array.from({ length: count }, (_, i) => {
    const first = i < whole ? i - (i % LANES) : i;
    const base = round(first < count / 2 ? start + step * first : end - step * (count - first - 1));
    return round(base + round(step * (i - first)));
  });
}
