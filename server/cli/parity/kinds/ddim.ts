import {
  alphaAt,
  ddimInversionMoves,
  ddimSamplingMoves,
  ddimSigma,
} from '../../../../models/sampling/ddimSchedule.ts';
import { ddimStep } from '../../../../models/sampling/ddimStep.ts';
import { ddpmTables } from '../../../../models/sampling/ddpmTables.ts';
import type { DdpmTableName } from '../../../../models/sampling/ddpmTables.ts';
import type { Denoiser } from '../../../../models/sampling/denoiser.ts';
import { guidancePatch } from '../../../../models/sampling/guidancePatch.ts';
import { noiseSchedule } from '../../../../models/sampling/noiseSchedule.ts';
import type { NoiseScheduleConfig } from '../../../../models/sampling/noiseSchedule.ts';
import { patchDenoiser } from '../../../../models/sampling/patchDenoiser.ts';
import type { Tensor } from '../../../../models/tensor/tensor.ts';
import type { GoldenCase } from '../goldenCase.ts';
import type { GoldenTensors } from '../goldenTensors.ts';
import { weightsOf } from './kind.ts';
import type { Kind, KindRun } from './kind.ts';

/**
 * `styleid/ddim`: training tables (`betas`, ...), DDIM tables (`s50.ddim_alphas`, ...), single moves from a latent `x`,
 * either with a given `eps` or with the UNet's (`sample50.index49.x_prev`, `invert.t1_to_21.x_next`,
 * `cfg7.5.index48.pred_x0`). What a file holds is seen from its names.
 */
export const ddim: Kind = async (run) => {
  const files = await run.golden.tensorFiles();
  const schedule = scheduleOf(run.golden, files);
  for (const file of files) {
    const stem = file.file.replace(/\.safetensors$/, '');
    for (const name of file.names) {
      const found =
        trainingTable(schedule, file, name) ??
        ddimTable(schedule, name) ??
        (await movedLatent({ ...run, schedule }, file, name));
      if (!found) continue;
      const expected = await file.get(name);
      const tolerance = run.golden.tolerance.for(name, stem, /table|schedule/.test(stem) ? 'tables' : name);
      run.report.values(`${file.file}: ${name}`, found, expected.data, tolerance);
    }
  }
};

function trainingTable(
  schedule: NoiseScheduleConfig,
  file: GoldenTensors,
  name: string,
): Float32Array | undefined {
  if (!file.has('alphas_cumprod')) return undefined;
  const tables = ddpmTables(schedule);
  return Object.hasOwn(tables, name) ? tables[name as DdpmTableName] : undefined;
}

/**
 * The schedule of all files: its length from the one that holds it, its ends from `sqrt(0.00085), sqrt(0.0120)` in that
 * file's text; else Stable Diffusion's.
 */
function scheduleOf(golden: GoldenCase, files: readonly GoldenTensors[]): NoiseScheduleConfig {
  const file = files.find((candidate) => candidate.has('alphas_cumprod'));
  if (!file) return {};
  const about = golden.about(file.file) as { how?: unknown } | undefined;
  const how = typeof about?.how === 'string' ? about.how : '';
  const [start, end] = [...how.matchAll(/sqrt\(([\d.e-]+)\)/g)].map((match) => Number(match[1]));
  return {
    trainSteps: file.shapeOf('alphas_cumprod')[0] ?? 1000,
    ...(start && end ? { betaStart: start, betaEnd: end } : {}),
  };
}

/** `s50.ddim_sigmas_eta1`: tables of 50 steps, ascending in t as the authors keep them. */
function ddimTable(schedule: NoiseScheduleConfig, name: string): number[] | undefined {
  const [, count, what = ''] = /^s(\d+)\.(.+)$/.exec(name) ?? [];
  if (!count) return undefined;
  const steps = Number(count);
  const { alphasCumprod } = noiseSchedule(schedule);
  const counts = { steps, trainSteps: alphasCumprod.length };
  const moves = ddimSamplingMoves(counts).reverse();
  const eta = /^ddim_sigmas_eta([\d.]+)$/.exec(what)?.[1];
  const alphas = moves.map(
    ({ from, to }) => [alphaAt(alphasCumprod, from), alphaAt(alphasCumprod, to)] as const,
  );
  if (eta) return alphas.map(([from, to]) => ddimSigma(Number(eta), from, to));
  const inversion = ddimInversionMoves(counts);
  const tables: Record<string, () => number[]> = {
    ddim_timesteps: () => moves.map((move) => move.timestep),
    ddim_alphas: () => alphas.map(([from]) => from),
    ddim_alphas_prev: () => alphas.map(([, to]) => to),
    ddim_sqrt_alphas: () => alphas.map(([from]) => Math.sqrt(from)),
    ddim_sqrt_one_minus_alphas: () => alphas.map(([from]) => Math.sqrt(1 - from)),
    inversion_t: () => inversion.map((move) => move.timestep),
    inversion_t_next: () => inversion.map((move) => move.to),
  };
  return Object.hasOwn(tables, what) ? tables[what]!() : undefined;
}

interface NamedMove {
  readonly timestep: number;
  readonly to: number;
  readonly eta: number;
  readonly guidance: number | undefined;
  readonly result: 'latent' | 'predictedClean';
}

/** What an index in a table of sampling steps is looked up with. */
interface StepTable {
  readonly golden: GoldenCase;
  readonly file: GoldenTensors;
  readonly trainSteps: number;
}

async function movedLatent(
  run: KindRun & { readonly schedule: NoiseScheduleConfig },
  file: GoldenTensors,
  name: string,
): Promise<Float32Array | undefined> {
  const { alphasCumprod } = noiseSchedule(run.schedule);
  const move = namedMove({ golden: run.golden, file, trainSteps: alphasCumprod.length }, name);
  if (!move || !file.has('x')) return undefined;
  const latent = await file.get('x');
  const given = await file.maybe('eps');
  const [alphaFrom, alphaTo] = [alphaAt(alphasCumprod, move.timestep), alphaAt(alphasCumprod, move.to)];
  const noise = await file.maybe('noise');
  const moved = ddimStep({
    latent,
    prediction: given ?? (await predict(run, file, { latent, move })),
    predictionType: 'epsilon',
    alphaFrom,
    alphaTo,
    ...(noise ? { sigma: ddimSigma(move.eta, alphaFrom, alphaTo), noise } : {}),
  });
  return moved[move.result].data;
}

async function predict(
  run: KindRun,
  file: GoldenTensors,
  { latent, move }: { latent: Tensor; move: NamedMove },
): Promise<Tensor> {
  const model = await run.model(weightsOf(run.golden, file.file));
  const context = await file.maybe('context');
  const conditional = await file.maybe('cfg.cond');
  let denoiser: Denoiser = model.denoiser;
  if (move.guidance !== undefined && context && conditional) {
    const patch = guidancePatch({ conditional, unconditional: context, scale: move.guidance });
    denoiser = patchDenoiser(denoiser, 'guidance', patch);
  }
  const timesteps = Array<number>(latent.shape[0] ?? 1).fill(move.timestep);
  const { prediction } = await denoiser.evaluate({ latent, timesteps, ...(context ? { context } : {}) });
  return prediction;
}

/**
 * `invert.t21_to_41.x_next` says its levels. `sample50.index49.pred_x0` and `cfg7.5.index48.x_prev` say an index in the
 * table of so many steps; without a count it comes from `t=961 (index 48)` in any of the file's texts, else 50.
 */
function namedMove(place: StepTable, name: string): NamedMove | undefined {
  const inversion = /^invert\.t(\d+)_to_(\d+)\.(x_next|pred_x0)$/.exec(name);
  if (inversion) {
    const result = inversion[3] === 'pred_x0' ? 'predictedClean' : 'latent';
    return { timestep: Number(inversion[1]), to: Number(inversion[2]), eta: 0, guidance: undefined, result };
  }
  const sampling = /^(sample|cfg)([\d.]*?)(?:\.eta([\d.]+?))?\.index(\d+)\.(x_prev|pred_x0)$/.exec(name);
  if (!sampling) return undefined;
  const [, mode, number, eta, index, what] = sampling;
  const steps = mode === 'sample' && number ? Number(number) : (stepsFromTexts(place) ?? 50);
  const move = ddimSamplingMoves({ steps, trainSteps: place.trainSteps }).at(-1 - Number(index));
  return (
    move && {
      timestep: move.timestep,
      to: move.to,
      eta: Number(eta ?? 0),
      guidance: mode === 'cfg' ? Number(number) : undefined,
      result: what === 'pred_x0' ? 'predictedClean' : 'latent',
    }
  );
}

function stepsFromTexts({ golden, file, trainSteps }: StepTable): number | undefined {
  const text = JSON.stringify(golden.about(file.file) ?? '');
  const stated = /(\d+) steps/.exec(text);
  if (stated) return Number(stated[1]);
  const [, timestep, index] = /t=(\d+) \(index (\d+)\)/.exec(text) ?? [];
  if (!timestep || !Number(index)) return undefined;
  return Math.floor(trainSteps / ((Number(timestep) - 1) / Number(index)));
}
