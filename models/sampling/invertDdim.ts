import { createHash } from 'node:crypto';
import type { Tensor } from '../tensor/tensor.ts';
import { alphaAt, ddimInversionMoves, ddimTimesteps } from './ddimSchedule.ts';
import type { DdimScheduleOptions, DdimVariant } from './ddimSchedule.ts';
import { ddimStep } from './ddimStep.ts';
import type { AttentionKind, Denoiser } from './denoiser.ts';
import { estimateFeatureBytes } from './estimateFeatureBytes.ts';
import { FeatureStore } from './featureStore.ts';
import type { SamplerStep } from './samplerStep.ts';
import { checkPrediction } from './checkPrediction.ts';
import { yieldToEventLoop } from './yieldToEventLoop.ts';
import { selectAttentionLayers } from './selectAttentionLayers.ts';
import type { Trajectory } from './trajectory.ts';

/** Which attention features an inversion keeps, and where. */
export interface FeatureCapture {
  /** Layer ids: see selectAttentionLayers. */
  readonly layers: readonly string[];
  /** Default: q, k and v, so that one inversion serves as content and as style. */
  readonly kinds?: readonly AttentionKind[];
  /** `auto` (default): float32 while the estimate fits the budget, else float16. */
  readonly precision?: 'auto' | 'float32' | 'float16';
  /** Bytes that may stay in memory; what comes beyond goes to a file in `folder`. */
  readonly budget: number;
  readonly folder: string;
  /**
   * `sampling` (default): at the timesteps that a sampler of as many steps visits, as the authors; `every`: at all;
   * or at the given ones.
   */
  readonly at?: 'sampling' | 'every' | readonly number[];
}

export interface InvertDdimOptions {
  readonly denoiser: Denoiser;
  /** `[B, C, h, w]`, clean and scaled. */
  readonly latent: Tensor;
  readonly steps: number;
  readonly variant?: DdimVariant;
  /** `[B or 1, tokens, dim]`; absent = the denoiser's own (empty prompt). */
  readonly context?: Tensor;
  readonly capture?: FeatureCapture;
  readonly signal?: AbortSignal;
  /** Called after every step and never awaited. */
  readonly onStep?: (step: SamplerStep) => void;
}

/**
 * DDIM inversion as StyleID runs it: the noise predicted at t takes the latent to the next noise level, the last being
 * T-1 (999). Close the trajectory's features when done with them. Throws SamplingError (`bad-steps`, `not-finite`,
 * `no-space`) and the signal's reason when aborted; aborting takes effect between steps and closes the features.
 */
export async function invertDdim(options: InvertDdimOptions): Promise<Trajectory> {
  const features = options.capture && openStore(options, options.capture);
  try {
    const key = trajectoryKey(options, features);
    const moved = await runMoves(options, features);
    const startIndex = startIndexOf(moved.steps, scheduleOf(options));
    return { key, ...moved, startIndex, ...(features ? { features } : {}) };
  } catch (error) {
    await features?.close();
    throw error;
  }
}

async function runMoves(
  options: InvertDdimOptions,
  features: FeatureStore | undefined,
): Promise<Pick<Trajectory, 'steps' | 'latents'>> {
  const { denoiser, context, signal, onStep } = options;
  const { alphasCumprod, predictionType } = denoiser;
  const moves = ddimInversionMoves(scheduleOf(options));
  const capture = features && new Map(features.layers.map((layer) => [layer, features.kinds]));
  const rows = options.latent.shape[0] ?? 1;
  let { latent } = options;
  const latents = [latent];
  for (const [i, { timestep, from, to }] of moves.entries()) {
    await yieldToEventLoop();
    signal?.throwIfAborted();
    const given = latent;
    const captureNow = features?.timesteps.includes(timestep) ? capture : undefined;
    const {
      prediction,
      captured,
      latent: seen = given,
    } = await denoiser.evaluate({
      latent: given,
      timesteps: Array<number>(rows).fill(timestep),
      position: { step: i, of: moves.length },
      ...(context ? { context } : {}),
      ...(captureNow ? { capture: captureNow } : {}),
    });
    checkPrediction(prediction, { step: i + 1, of: moves.length, timestep });
    for (const [layer, kept] of captured ?? []) await features?.put(timestep, layer, kept);
    const [alphaFrom, alphaTo] = [alphaAt(alphasCumprod, from), alphaAt(alphasCumprod, to)];
    const moved = ddimStep({ latent: seen, prediction, predictionType, alphaFrom, alphaTo });
    latent = moved.latent;
    latents.push(latent);
    const evaluation = { timestep, alpha: alphaFrom, given, seen, prediction };
    onStep?.({ step: i + 1, of: moves.length, timestep, ...moved, evaluation });
  }
  return { steps: moves.map(({ timestep, to }) => ({ timestep, nextTimestep: to })), latents };
}

/**
 * The latent that StyleID starts to sample from: the one after the inversion step at the sampler's highest timestep.
 * That is the last one when the number of steps divides the training schedule's length; otherwise the inversion goes
 * further. `schedule` is for a sampler with another number of steps than the inversion.
 */
export function samplingStart(trajectory: Trajectory, schedule?: DdimScheduleOptions): Tensor {
  const { steps, latents, startIndex } = trajectory;
  const index = schedule ? startIndexOf(steps, schedule) : (startIndex ?? latents.length - 1);
  return latents[index]!;
}

function startIndexOf(steps: Trajectory['steps'], schedule: DdimScheduleOptions): number {
  const [highest] = ddimTimesteps(schedule);
  const index = steps.findIndex((step) => step.timestep === highest);
  return index < 0 ? steps.length : index + 1;
}

function scheduleOf({ denoiser, steps, variant = 'ldm' }: InvertDdimOptions): DdimScheduleOptions {
  return { steps, variant, trainSteps: denoiser.alphasCumprod.length };
}

function openStore(options: InvertDdimOptions, capture: FeatureCapture): FeatureStore {
  const { denoiser, latent } = options;
  const { kinds = ['q', 'k', 'v'], at = 'sampling', precision = 'auto' } = capture;
  const layers = denoiser.attentionLayers.filter((layer) => capture.layers.includes(layer.id));
  if (layers.length < capture.layers.length) {
    // Names the first unknown one and lists what exists.
    selectAttentionLayers(capture.layers.join(' '), denoiser.attentionLayers);
  }
  const schedule = scheduleOf(options);
  const moves = ddimInversionMoves(schedule).map((move) => move.timestep);
  const wanted = at === 'every' ? moves : at === 'sampling' ? ddimTimesteps(schedule) : at;
  const timesteps = moves.filter((timestep) => wanted.includes(timestep));
  const estimate = estimateFeatureBytes({
    layers,
    kinds,
    latentShape: latent.shape,
    count: timesteps.length,
  });
  return new FeatureStore({
    layers: layers.map((layer) => layer.id),
    kinds,
    timesteps,
    budget: capture.budget,
    folder: capture.folder,
    precision: precision === 'auto' ? (estimate <= capture.budget ? 'float32' : 'float16') : precision,
  });
}

/** The same picture, model and settings give the same key; where features are stored does not matter, but how exactly. */
function trajectoryKey(options: InvertDdimOptions, features: FeatureStore | undefined): string {
  const { denoiser, latent, steps, variant = 'ldm', context, capture } = options;
  const hash = createHash('sha256');
  const { layers = [], kinds = ['q', 'k', 'v'], at = 'sampling' } = capture ?? {};
  hash.update(
    JSON.stringify([
      denoiser.key,
      steps,
      variant,
      latent.shape,
      context?.shape,
      layers,
      kinds,
      at,
      features?.usage.precision,
    ]),
  );
  for (const tensor of [latent, context]) if (tensor) hash.update(bytesOf(tensor));
  return hash.digest('hex');
}

function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
