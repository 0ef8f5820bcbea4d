import type { Tensor } from '../tensor/tensor.ts';
import type { Denoiser } from './denoiser.ts';
import { NoteTally } from './noteTally.ts';
import { noisePrediction } from './noisePrediction.ts';
import { SamplingError } from './samplingError.ts';

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
  readonly signal?: AbortSignal;
  /** Called after every step and never awaited. */
  readonly onStep?: (step: SamplerStep) => void;
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

/**
 * What all samplers have in common: asks the network, between steps lets others in and stops when aborted, refuses
 * predictions with NaN or infinite values, collects notes and reports steps.
 */
export class SamplerLoop {
  readonly of: number;
  readonly #options: SamplerOptions;
  readonly #notes: NoteTally;
  #step = 0;

  constructor(options: SamplerOptions, of: number) {
    this.#options = options;
    this.of = of;
    this.#notes = new NoteTally(of);
  }

  /**
   * The network's prediction at a timestep, which may lie between two of training. Throws SamplingError `not-finite`, and
   * the signal's reason when aborted.
   */
  async ask(latent: Tensor, timestep: number): Promise<Answer> {
    const { denoiser, context, signal } = this.#options;
    await yieldToEventLoop();
    signal?.throwIfAborted();
    const rows = latent.shape[0] ?? 1;
    const {
      prediction,
      latent: seen = latent,
      notes,
    } = await denoiser.evaluate({
      latent,
      timesteps: Array<number>(rows).fill(timestep),
      position: { step: this.#step, of: this.of },
      ...(context ? { context } : {}),
    });
    this.#notes.add(notes);
    checkFinite(prediction, { step: this.#step + 1, of: this.of, timestep });
    return { prediction, latent: seen };
  }

  /** The same in both forms; `alpha` is the latent's share of signal (an alphas_cumprod). */
  async predict(
    given: Tensor,
    { timestep, alpha }: { timestep: number; alpha: number },
  ): Promise<Prediction> {
    const { predictionType } = this.#options.denoiser;
    const { prediction, latent } = await this.ask(given, timestep);
    const epsilon = noisePrediction({ latent, prediction, predictionType, alpha });
    const [signalRoot, noiseRoot] = [Math.fround(Math.sqrt(alpha)), Math.fround(Math.sqrt(1 - alpha))];
    const clean = epsilon.map((noise, i) => (latent.data[i]! - noiseRoot * noise) / signalRoot);
    return { epsilon, clean, latent };
  }

  /** Ends a step. */
  done(timestep: number, latent: Tensor, predictedClean: Tensor): void {
    this.#step++;
    this.#options.onStep?.({ step: this.#step, of: this.of, timestep, latent, predictedClean });
  }

  get notes(): readonly string[] {
    return this.#notes.sentences();
  }
}
