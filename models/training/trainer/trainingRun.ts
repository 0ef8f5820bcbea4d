import { globalNorm } from '../../optimisers/globalNorm.ts';
import { Checkpoints } from './checkpoints.ts';
import { notFinite } from './notFinite.ts';
import { StepRandom } from './stepRandom.ts';
import type { Batch, TrainingEvaluation } from './trainedModel.ts';
import { TrainingError } from './trainingError.ts';
import type { TrainingEnd, TrainingOptions, TrainingStep } from './trainingOptions.ts';
import { TrainingState } from './trainingState.ts';

/** One training from where it begins or goes on to where it ends (see train). */
export class TrainingRun {
  readonly #options: TrainingOptions;
  readonly #state: TrainingState;
  readonly #checkpoints: Checkpoints | undefined;
  readonly #seed: bigint;
  /** The latest batch that was asked for. */
  #coming: { readonly step: number; readonly batch: Promise<Batch> } | undefined;
  /** The latest batch that gave numbers. */
  #good: Batch | undefined;
  /** The weights are none that should be kept. */
  #spoilt = false;
  #notice: string | undefined;

  private constructor(options: TrainingOptions) {
    const { model, values, settings, checkpoint } = options;
    this.#options = options;
    this.#seed = BigInt(settings.seed);
    this.#state = new TrainingState(model.parameters, values, settings);
    this.#checkpoints = checkpoint && new Checkpoints(checkpoint, settings);
  }

  /** Throws TrainingError (`other-settings`, `checkpoint`, `unsaved`) and OptimiserError `settings`. */
  static async open(options: TrainingOptions): Promise<TrainingRun> {
    const run = new TrainingRun(options);
    run.#notice = await run.#checkpoints?.resume(run.#state);
    return run;
  }

  get end(): TrainingEnd {
    const { step, averages } = this.#state;
    return { reason: step < this.#options.settings.steps ? 'stopped' : 'done', step, averages };
  }

  /** Takes a step; undefined when all are done or it was stopped. */
  async next(): Promise<TrainingStep | undefined> {
    const { model, settings, signal } = this.#options;
    const step = this.#state.step + 1;
    if (signal?.aborted || step > settings.steps) return undefined;
    const batch = await this.#batch(step);
    if (step < settings.steps) this.#batch(step + 1).catch(() => undefined);
    const evaluation = await model.evaluate(this.#state.values, batch);
    const norm = globalNorm(evaluation.gradients);
    const problem = notFinite(model, evaluation, norm);
    if (problem) throw await this.#stop(problem, step);
    this.#good = batch;
    const { checkpoint } = this.#options;
    if (checkpoint && this.#state.step % checkpoint.every === 0) await this.#tryToSave();
    return this.#learn(evaluation, norm);
  }

  /** Writes what the file does not have yet. Throws TrainingError `unsaved`, or `not-finite` for weights. */
  async keep(): Promise<void> {
    const { step, values } = this.#state;
    if (!this.#checkpoints || this.#spoilt || step <= this.#checkpoints.step) return;
    if (!Number.isFinite(globalNorm(values))) {
      throw new TrainingError('not-finite', `The weights are not finite after step ${step}. ${this.#kept()}`);
    }
    await this.#checkpoints.save(this.#state);
  }

  /** The same promise for a step, however often it is asked for. */
  #batch(step: number): Promise<Batch> {
    if (this.#coming?.step !== step) {
      this.#coming = { step, batch: this.#options.batch(step, new StepRandom(this.#seed, step)) };
    }
    return this.#coming.batch;
  }

  #learn({ losses, total, gradients }: TrainingEvaluation, gradientNorm: number): TrainingStep {
    const state = this.#state;
    const learningRate = state.learn(gradients, gradientNorm);
    const notice = this.#notice;
    this.#notice = undefined;
    const { step, values, averages } = state;
    const numbers = { losses, total, learningRate, gradientNorm };
    const of = this.#options.settings.steps;
    return { step, of, ...numbers, values, averages, ...(notice === undefined ? {} : { notice }) };
  }

  async #tryToSave(): Promise<void> {
    try {
      await this.keep();
    } catch (error) {
      if (!(error instanceof TrainingError)) throw error;
      this.#notice = error.message;
    }
  }

  /** The error that ends the training, with the last good weights put back. */
  async #stop(problem: string, step: number): Promise<TrainingError> {
    const kept = await this.#backToGood();
    return new TrainingError('not-finite', `${problem} at step ${step}. ${kept}`);
  }

  /** Says what is left. */
  async #backToGood(): Promise<string> {
    if (!this.#good || (await this.#fits(this.#good))) return this.#kept();
    this.#spoilt = true;
    if (!this.#checkpoints?.step) return 'There is no checkpoint to go back to.';
    try {
      const notice = await this.#checkpoints.restore(this.#state);
      return [this.#kept(), notice].filter((text) => text !== undefined).join(' ');
    } catch (error) {
      return `The weights before it are lost: ${(error as Error).message}`;
    }
  }

  /** Whether the weights still give numbers with a batch that did. */
  async #fits(batch: Batch): Promise<boolean> {
    const { model } = this.#options;
    const evaluation = await model.evaluate(this.#state.values, batch);
    return notFinite(model, evaluation, globalNorm(evaluation.gradients)) === undefined;
  }

  #kept(): string {
    const { step } = this.#state;
    return step === 0 ? 'Nothing was learnt before.' : `What was learnt up to step ${step} is kept.`;
  }
}
