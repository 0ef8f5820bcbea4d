import { z } from 'zod';
import { parseConfig } from '../architectures/parseConfig.ts';
import type { NoiseScheduleConfig } from '../sampling/noiseSchedule.ts';

/** What a diffusers scheduler says about how the model was trained. */
export interface SchedulerConfig {
  readonly schedule: NoiseScheduleConfig;
  readonly predictionType: 'epsilon' | 'v_prediction';
}

/** Ten times what any published model has: the tables of a wrong number would fill the memory. */
const MOST_TIMESTEPS = 10_000;
const beta = z.number().positive().lt(1);

const fields = z.object({
  beta_schedule: z.enum(['scaled_linear', 'linear', 'squaredcos_cap_v2']).default('scaled_linear'),
  beta_start: beta.default(0.00085),
  beta_end: beta.default(0.012),
  num_train_timesteps: z.int().min(2).max(MOST_TIMESTEPS).default(1000),
  trained_betas: z.array(beta).min(2).max(MOST_TIMESTEPS).nullish(),
  prediction_type: z.enum(['epsilon', 'v_prediction']).default('epsilon'),
});

/** Reads a diffusers `scheduler/scheduler_config.json`. Throws ModelError naming the field that is wrong. */
export function parseSchedulerConfig(json: unknown, file: string): SchedulerConfig {
  const raw = parseConfig({ json, file, schema: fields, supported: { rescale_betas_zero_snr: [false] } });
  return {
    schedule: {
      betaSchedule: raw.beta_schedule,
      betaStart: raw.beta_start,
      betaEnd: raw.beta_end,
      trainSteps: raw.num_train_timesteps,
      computedIn: 'float32',
      ...(raw.trained_betas && { trainedBetas: raw.trained_betas }),
    },
    predictionType: raw.prediction_type,
  };
}
