import { addNoise } from '../../../../models/sampling/addNoise.ts';
import { alphaAt } from '../../../../models/sampling/ddimSchedule.ts';
import type { Denoiser } from '../../../../models/sampling/denoiser.ts';
import { noiseSchedule } from '../../../../models/sampling/noiseSchedule.ts';
import {
  pndmRun,
  pndmStrengthSteps,
  pndmTimesteps,
  samplePndm,
} from '../../../../models/sampling/samplePndm.ts';
import type { SamplerStep } from '../../../../models/sampling/samplerStep.ts';
import type { Tensor } from '../../../../models/tensor/tensor.ts';
import type { GoldenTensors } from '../goldenTensors.ts';
import type { Kind, KindRun } from './kind.ts';
import { row } from './row.ts';
import { scheduleFromConfig } from './scheduleFromConfig.ts';

interface Run {
  readonly key: string;
  readonly num_inference_steps: number;
  readonly strength: number;
  readonly init_timestep: number;
  /** Timesteps left out at the noisy end. */
  readonly t_start: number;
  readonly model_evaluations: number;
  readonly timesteps: readonly number[];
}

/**
 * `phdiffusion/pndm`: tables of the schedule, timesteps for steps and strength, noise added at each of them, and the
 * latent after every step with the network's predictions given.
 */
export const pndm: Kind = async ({ golden, report }) => {
  const schedule = noiseSchedule({ ...scheduleFromConfig(golden.object('config')), computedIn: 'float32' });
  for (const file of await golden.tensorFiles()) {
    const tolerance = (name: string) => golden.tolerance.for(name, 'max_abs');
    const tables = { betas: schedule.betas, alphas_cumprod: schedule.alphasCumprod };
    for (const [name, table] of Object.entries(tables)) {
      const expected = await file.maybe(name);
      if (expected) report.values(name, table, expected.data, tolerance(name));
    }
    for (const run of (golden.json['runs'] ?? []) as readonly Run[])
      if (file.has(`${run.key}.eps`))
        await compareRun({ report, file, tolerance }, run, schedule.alphasCumprod);
  }
};

interface Place extends Pick<KindRun, 'report'> {
  readonly file: GoldenTensors;
  tolerance(name: string): number;
}

async function compareRun(
  { report, file, tolerance }: Place,
  run: Run,
  alphasCumprod: Float32Array,
): Promise<void> {
  const { key, num_inference_steps: steps, strength } = run;
  const startStep = pndmStrengthSteps(strength, steps);
  const get = (name: string) => file.get(`${key}.${name}`);
  const [eps, samples] = [await get('eps'), await get('samples')];
  const trainSteps = alphasCumprod.length;
  const all = pndmTimesteps(steps, { trainSteps });
  const timesteps = pndmRun({ steps, startStep }, trainSteps);
  const facts = [run.init_timestep, run.t_start, run.model_evaluations, ...run.timesteps];
  const found = [startStep, steps - startStep, timesteps.length, ...timesteps];
  report.values(`${key}: steps by strength`, found, facts, 0);
  report.values(`${key}.timesteps_all`, all, (await get('timesteps_all')).data, 0);
  report.values(`${key}.timesteps`, timesteps, (await get('timesteps')).data, 0);

  const [clean, noise, noised] = [await get('x0'), await get('noise'), await get('add_noise_all')];
  for (const [i, timestep] of timesteps.entries()) {
    const name = `${key}.add_noise_all.${i}`;
    report.tensor(
      name,
      addNoise({ clean, noise, alpha: alphaAt(alphasCumprod, timestep) }),
      row(noised, i),
      tolerance(name),
    );
  }

  const reached: SamplerStep[] = [];
  const denoiser = scripted(eps, alphasCumprod);
  const options = { denoiser, latent: row(samples, 0), steps, startStep };
  await samplePndm({ ...options, onStep: (step) => reached.push(step) });
  report.values(
    `${key}: timesteps of the steps`,
    reached.map((step) => step.timestep),
    timesteps,
    0,
  );
  for (const [i, { latent }] of reached.entries()) {
    const name = `${key}.samples.${i + 1}`;
    report.tensor(name, latent, row(samples, i + 1), tolerance(name));
  }
}

/** Says the given predictions one after the other. */
function scripted(eps: Tensor, alphasCumprod: Float32Array): Denoiser {
  let call = 0;
  return {
    key: 'scripted',
    predictionType: 'epsilon',
    alphasCumprod,
    latentChannels: eps.shape[2] ?? 0,
    extraChannels: 0,
    architecture: 'scripted',
    attentionLayers: [],
    encoderLevels: [],
    evaluate: () => Promise.resolve({ prediction: row(eps, call++) }),
  };
}
