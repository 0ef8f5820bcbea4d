import { parseSchedulerConfig } from '../../../../models/catalog/schedulerConfig.ts';
import type { NoiseScheduleConfig } from '../../../../models/sampling/noiseSchedule.ts';

/** The noise schedule in a case's `config`, which has the fields of a diffusers scheduler_config.json. */
export function scheduleFromConfig(config: Readonly<Record<string, unknown>>): NoiseScheduleConfig {
  return parseSchedulerConfig(config, 'case.json').schedule;
}
