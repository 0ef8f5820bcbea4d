import type { Tensor } from '../tensor/tensor.ts';
import type { Denoiser } from './denoiser.ts';
import { NoteTally } from './noteTally.ts';
import { noisePrediction } from './noisePrediction.ts';
import { enteredAt, type NoiseLevel, type SamplerState } from './samplerState.ts';
import { SamplingError } from './samplingError.ts';

/** What the network was asked at the beginning of a step, and what it said. */
export interface StepEvaluation {
  readonly timestep: number;
  /** Share of signal of both latents. */
  readonly alpha: number;
  /** `[B, C, h, w]`, what the sampler gave. */
  readonly given: Tensor;
  /** What the prediction is of: another one where a patch changed it first. */
  readonly seen: Tensor;
  /** In the form that `Denoiser.predictionType` names. */
  readonly prediction: Tensor;
}

/** Where a sampler stands after a step. The tensors are never written to again: a viewer may keep them. */
export interface SamplerStep {
  /** Counts from 1 to `of`. */
  readonly step: number;
  readonly of: number;
  readonly timestep: number;
  /** `[B, C, h, w]` after the step. */
  readonly latent: Tensor;
  /** What the network takes the clean latent to be (x0). */
  readonly predictedClean: Tensor;
  /** The step's first one, where it has several. */
  readonly evaluation: StepEvaluation;
}

/** A step that sampling can go on from. */
export interface SampledStep extends SamplerStep {
  readonly state: SamplerState;
  /** What patches want the person to know of it, each once. */
  readonly notes: readonly string[];
}

/** What every sampler takes. */
export interface SamplerOptions {
  readonly denoiser: Denoiser;
  /** `[B, C, h, w]`, noise at the level of the first step. */
  readonly latent: Tensor;
  readonly steps: number;
  /** Runs the last so many of the steps. Default: all. */
  readonly startStep?: number;
  /** `[B or 1, tokens, dim]`; absent = the denoiser's own. */
  readonly context?: Tensor;
  /** Standard normal values, for samplers that add noise; the same ones from the start when sampling goes on. */
  readonly noise?: (shape: readonly number[]) => Tensor;
  /**
   * Goes on from there. With memory, all other options must be those that it came with. Without, the first step leads
   * from its noise level to the next one of all `steps`, whatever `startStep` says.
   */
  readonly from?: SamplerState;
  /** Stops after this step, counted as `SamplerStep.step` is. Default: the last. */
  readonly until?: number;
  readonly signal?: AbortSignal;
  /** Called after every step and never awaited. */
  readonly onStep?: (step: SampledStep) => void;
}

export interface SamplerResult {
  readonly latent: Tensor;
  /** x0 of the last step: StyleID's diffusers implementation decodes this instead of the latent. */
  readonly predictedClean: Tensor;
  /** What patches want the person to know, each once with the number of steps it concerns. */
  readonly notes: readonly string[];
}

/** What the network said, and of which latent: a patch may have changed it first, and the sampler goes on from there. */
export interface Answer {
  readonly prediction: Tensor;
  readonly latent: Tensor;
}

/** What the network says of a latent at one noise level, in both forms. */
export interface Prediction {
  readonly epsilon: Float32Array;
  readonly clean: Float32Array;
  readonly latent: Tensor;
}

/** Lets timers, sockets and cancel messages in: a session's run() holds the thread for whole steps. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Refuses a prediction with NaN or infinite values, naming the step. */
export function checkFinite(
  { data }: Tensor,
  { step, of, timestep }: { step: number; of: number; timestep: number },
): void {
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    throw new SamplingError(
      'not-finite',
      `The model's prediction at step ${step} of ${of} (timestep ${timestep}) has ${Number.isNaN(data[i]) ? 'NaN' : 'infinite'} values. ` +
        `Its weights or its inputs are damaged, or half precision overflowed.`,
    );
  }
}

/** What a sampler hands over at the end of a step. */
export interface StepEnd {
  readonly timestep: number;
  readonly latent: Tensor;
  readonly predictedClean: Tensor;
  /** Where the latent stands now. */
  readonly level: NoiseLevel;
  /** See SamplerState; none when the latent and its level say it all. */
  readonly memory?: readonly Float32Array[];
}

/**
 * What all samplers have in common: counts steps, those before included when it goes on, asks the network, between steps
 * lets others in and stops when aborted, refuses predictions with NaN or infinite values, collects notes and reports
 * steps.
 */
export class SamplerLoop {
  readonly of: number;
  readonly #options: SamplerOptions;
  readonly #notes: NoteTally;
  #step: number;
  #draws: number;
  /** Fresh noise of the steps before, which still has to be drawn once. */
  #skip: number;
  #evaluation: StepEvaluation | undefined;
  #stepNotes: readonly string[] = [];

  /** `left`: steps still to do to reach the end. */
  constructor(options: SamplerOptions, left: number) {
    const { done = 0, draws = 0 } = options.from ?? {};
    this.#options = options;
    this.#step = done;
    this.#draws = draws;
    this.#skip = draws;
    this.of = done + left;
    this.#notes = new NoteTally(this.of);
  }

  /** Of the moves that lead to the end, those that are asked for. */
  wanted<Move>(moves: readonly Move[]): readonly Move[] {
    return moves.slice(0, Math.max(0, (this.#options.until ?? Infinity) - this.#step));
  }

  /**
   * The network's prediction at a noise level. Throws SamplingError `not-finite`, and the signal's reason when aborted.
   */
  async ask(given: Tensor, { timestep, alpha }: NoiseLevel): Promise<Answer> {
    const { denoiser, context, signal } = this.#options;
    await yieldToEventLoop();
    signal?.throwIfAborted();
    const rows = given.shape[0] ?? 1;
    const {
      prediction,
      latent: seen = given,
      notes = [],
    } = await denoiser.evaluate({
      latent: given,
      timesteps: Array<number>(rows).fill(timestep),
      position: { step: this.#step, of: this.of },
      ...(context ? { context } : {}),
    });
    this.#stepNotes = [...this.#stepNotes, ...notes];
    checkFinite(prediction, { step: this.#step + 1, of: this.of, timestep });
    this.#evaluation ??= { timestep, alpha, given, seen, prediction };
    return { prediction, latent: seen };
  }

  /** The same in both forms. */
  async predict(given: Tensor, level: NoiseLevel): Promise<Prediction> {
    const { alpha } = level;
    const { predictionType } = this.#options.denoiser;
    const { prediction, latent } = await this.ask(given, level);
    const epsilon = noisePrediction({ latent, prediction, predictionType, alpha });
    const [signalRoot, noiseRoot] = [Math.fround(Math.sqrt(alpha)), Math.fround(Math.sqrt(1 - alpha))];
    const clean = epsilon.map((noise, i) => (latent.data[i]! - noiseRoot * noise) / signalRoot);
    return { epsilon, clean, latent };
  }

  /** Fresh noise, the next of its kind. Throws SamplingError `bad-parameter` without a source. */
  noise(shape: readonly number[]): Tensor {
    const { noise } = this.#options;
    if (!noise) throw new SamplingError('bad-parameter', 'This sampler adds noise, and was given none.');
    for (; this.#skip > 0; this.#skip--) noise(shape);
    this.#draws++;
    return noise(shape);
  }

  /** Ends a step. */
  done({ level, memory, ...reached }: StepEnd): void {
    const evaluation = this.#evaluation;
    if (!evaluation) throw new Error('A sampler ended a step in which it asked the network nothing.');
    this.#step++;
    const notes = [...new Set(this.#stepNotes)];
    this.#notes.add(notes);
    this.#evaluation = undefined;
    this.#stepNotes = [];
    const entered = enteredAt(this.#options.from);
    const state: SamplerState = {
      done: this.#step,
      draws: this.#draws,
      level,
      ...(entered ? { entered } : {}),
      memory: memory ?? [],
    };
    this.#options.onStep?.({ step: this.#step, of: this.of, ...reached, evaluation, notes, state });
  }

  get notes(): readonly string[] {
    return this.#notes.sentences();
  }
}
