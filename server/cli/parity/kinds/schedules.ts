import { alphaAt } from '../../../../models/sampling/ddimSchedule.ts';
import { noiseSchedule } from '../../../../models/sampling/noiseSchedule.ts';
import { pndmTimesteps } from '../../../../models/sampling/samplePndm.ts';
import { SamplingError } from '../../../../models/sampling/samplingError.ts';
import { timestepsOf } from '../../../../models/sampling/timestepSpacing.ts';
import { ddpmTables } from '../../../../models/sampling/ddpmTables.ts';
import type { Kind } from './kind.ts';

interface AuthorStep {
  readonly t: number;
  readonly t_next: number;
  readonly a_t: number;
  readonly a_prev: number;
  readonly sqrt_one_minus_a_t: number;
  readonly dir_coeff: number;
}

interface StepCount {
  readonly author: {
    readonly timesteps_descending: readonly number[];
    readonly steps: readonly AuthorStep[];
  };
  readonly diffusers_pndm_timesteps?: readonly number[];
  readonly diffusers_ddim_timesteps?: readonly number[];
}

/**
 * `paint-by-example/schedules`: timesteps and coefficients of the authors' samplers and of diffusers' for several step
 * counts, the step counts that the authors' tables do not reach, and the tables themselves.
 */
export const schedules: Kind = async ({ golden, report }) => {
  const { alphasCumprod } = noiseSchedule();
  const relative = golden.tolerance.for('');
  const compare = (name: string, found: ArrayLike<number>, expected: ArrayLike<number>) =>
    report.values(name, found, expected, relative * Math.max(...Array.from(expected, Math.abs)));

  for (const [count, entry] of Object.entries(golden.object('by_steps') as Record<string, StepCount>)) {
    const steps = Number(count);
    const { author, diffusers_pndm_timesteps: pndm, diffusers_ddim_timesteps: ddim } = entry;
    const timesteps = timestepsOf('compvis', steps);
    report.values(`${count}: author's timesteps`, timesteps, author.timesteps_descending, 0);
    if (pndm) report.values(`${count}: PNDM's timesteps`, pndmTimesteps(steps), pndm, 0);
    if (ddim) report.values(`${count}: DDIM's timesteps`, timestepsOf('leading', steps), ddim, 0);
    for (const [i, expected] of author.steps.entries()) {
      const [from, to] = [timesteps[i]!, timesteps[i + 1] ?? 0];
      const [alpha, before] = [alphaAt(alphasCumprod, from), alphaAt(alphasCumprod, to)];
      const found = [alpha, before, Math.sqrt(1 - alpha), Math.sqrt(1 - before)];
      const { a_t, a_prev, sqrt_one_minus_a_t, dir_coeff } = expected;
      compare(`${count}: coefficients of step ${i}`, found, [a_t, a_prev, sqrt_one_minus_a_t, dir_coeff]);
    }
  }
  const tooFar = golden.json['author_step_counts_that_index_past_the_table'];
  if (Array.isArray(tooFar)) {
    const counts = Array.from({ length: 999 }, (_, i) => i + 1).filter(pastTheTable);
    report.values(
      "step counts past the authors' table",
      counts,
      tooFar.filter((count) => count < 1000) as number[],
      0,
    );
  }
  const exact = ddpmTables();
  for (const file of await golden.tensorFiles())
    for (const name of file.names) {
      const [, who, table = ''] = /^(author|diffusers)\.(.+)$/.exec(name) ?? [];
      const found =
        who === 'diffusers' && table === 'alphas_cumprod'
          ? noiseSchedule({ computedIn: 'float32' }).alphasCumprod
          : Object.hasOwn(exact, table)
            ? exact[table as keyof typeof exact]
            : undefined;
      if (found) compare(name, found, (await file.get(name)).data);
    }
};

function pastTheTable(steps: number): boolean {
  try {
    timestepsOf('compvis', steps);
    return false;
  } catch (error) {
    if (error instanceof SamplingError) return true;
    throw error;
  }
}
