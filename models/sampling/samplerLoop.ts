import type { Tensor } from '../tensor/tensor.ts';
import { checkPrediction } from './checkPrediction.ts';
import { NoteTally } from './noteTally.ts';
import { noisePrediction } from './noisePrediction.ts';
import type { SamplerOptions } from './samplerOptions.ts';
import { enteredAt, type NoiseLevel, type SamplerState } from './samplerState.ts';
import type { StepEvaluation } from './samplerStep.ts';
import { SamplingError } from './samplingError.ts';
import { yieldToEventLoop } from './yieldToEventLoop.ts';

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
    checkPrediction(prediction, { step: this.#step + 1, of: this.of, timestep });
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
