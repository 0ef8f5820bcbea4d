import { Adam } from '../optimisers/adam.ts';
import { Lbfgs, type Evaluation, type LbfgsEnd } from '../optimisers/lbfgs.ts';
import { cropTensor } from '../tensor/cropTensor.ts';
import { pasteTensor } from '../tensor/pasteTensor.ts';
import type { DoubleTensor, Tensor } from '../tensor/tensor.ts';
import type { Precision } from '../optimisers/precision.ts';
import { OptimisationError } from './optimisationError.ts';
import { Region } from './region.ts';
import { withObjective, type ObjectiveValue, type WithObjectiveOptions } from './withObjective.ts';

export type PictureOptimiser =
  | {
      readonly kind: 'lbfgs';
      readonly learningRate: number;
      /** Of torch7's form, see Lbfgs; below 0 it never ends early. */
      readonly toleranceGradient: number;
      readonly toleranceChange: number;
      /** As many steps are remembered; 100 unless given. */
      readonly history?: number;
    }
  | { readonly kind: 'adam'; readonly learningRate: number };

/** The picture is changed. */
export interface OptimisePictureOptions<Pixels extends Tensor | DoubleTensor = Tensor> extends Omit<
  WithObjectiveOptions,
  'everywhere'
> {
  readonly pixels: Pixels;
  readonly optimiser: PictureOptimiser;
  readonly iterations: number;
  /** Where an earlier one with the same options was stopped; `pixels` are those that it began with all the same. */
  readonly from?: PictureCourse;
  readonly signal?: AbortSignal;
  /** When `signal` stops it between two steps, before it throws. */
  readonly onStop?: (course: PictureCourse) => void;
  /** After every step. */
  readonly onStep?: (step: PictureStep<Pixels>) => void;
}

export interface PictureStep<Pixels = Tensor> {
  /** Counted from 1. */
  readonly step: number;
  /** Of the picture before this step: weighted, by the names of the terms; `total` is what is reported. */
  readonly losses: ReadonlyMap<string, number>;
  readonly total: number;
  /** The picture now: the next step changes it. */
  readonly pixels: Pixels;
}

/** Why it ended before its time. */
export type PictureEnd = LbfgsEnd;

/**
 * Changes a picture step by step until its responses are as the terms want them. Throws OptimisationError for a loss that is not
 * finite, ModelError for a layer that the network does not have, and what `signal` says.
 */
export async function optimisePicture<Pixels extends Tensor | DoubleTensor>(
  options: OptimisePictureOptions<Pixels>,
): Promise<PictureEnd> {
  const { pixels, mask, iterations, optimiser, signal, onStop, onStep } = options;
  // No step would change a pixel; as published, Gram matrices would be divided by the mask's sum, which is 0.
  if (mask && !Region.around(mask)) return 'gradient';
  return withObjective(options, async ({ region, evaluate }) => {
    const course =
      options.from ?? new PictureCourse(cropTensor(pixels, region.box), { optimiser, iterations });
    for (;;) {
      if (signal?.aborted) {
        onStop?.(course);
        throw signal.reason;
      }
      const next = await course.next(evaluate).finally(() => pasteTensor(course.part, pixels, region));
      if (next.done) return next.value;
      const { losses, total } = course.latest!;
      onStep?.({ step: course.done, losses, total, pixels });
    }
  });
}

type Evaluate = (part: Tensor | DoubleTensor) => Promise<ObjectiveValue>;

/** An optimisation between two of its steps, with all that the next ones depend on. */
export class PictureCourse {
  /** Of the picture: what changes. */
  readonly part: Tensor | DoubleTensor;
  /** Steps. */
  done = 0;
  /** Before the latest step. */
  latest: ObjectiveValue | undefined;
  readonly #optimiser: PictureOptimiser;
  readonly #steps: AsyncGenerator<unknown, PictureEnd>;
  /** Of the step that is being taken: the network may have been closed and opened since the one before. */
  #evaluate: Evaluate | undefined;

  constructor(
    part: Tensor | DoubleTensor,
    { optimiser, iterations }: Pick<OptimisePictureOptions, 'optimiser' | 'iterations'>,
  ) {
    this.part = part;
    this.#optimiser = optimiser;
    this.#steps = stepsOf(part, { optimiser, iterations, evaluate: () => this.#value() });
  }

  /** About as much as it holds: values, gradients and what the optimiser remembers. */
  get bytes(): number {
    const remembered =
      this.#optimiser.kind === 'lbfgs' ? 2 * Math.min(this.done, this.#optimiser.history ?? 100) : 0;
    return this.part.data.byteLength * (6 + remembered);
  }

  async next(evaluate: Evaluate): Promise<IteratorResult<unknown, PictureEnd>> {
    this.#evaluate = evaluate;
    const next = await this.#steps.next();
    if (!next.done) this.done++;
    return next;
  }

  async #value(): Promise<Evaluation> {
    this.latest = await this.#evaluate!(this.part);
    checkFinite(this.latest, this.done);
    return { value: this.latest.total, gradient: this.latest.gradient.data };
  }
}

interface Course<Kind extends PictureOptimiser = PictureOptimiser> {
  readonly optimiser: Kind;
  readonly iterations: number;
  evaluate(): Promise<Evaluation>;
}

/** Yields after every step; when an evaluation fails, `part` is put back to where the latest one did not. */
function stepsOf(
  part: Tensor | DoubleTensor,
  { optimiser, ...course }: Course,
): AsyncGenerator<unknown, PictureEnd> {
  if (optimiser.kind === 'adam') return adamSteps(part, { ...course, optimiser });
  const precision = precisionOf(part);
  return new Lbfgs(part.data.length, { ...optimiser, precision }).minimise({ x: part.data, ...course });
}

type AdamOptimiser = Extract<PictureOptimiser, { kind: 'adam' }>;

async function* adamSteps(
  part: Tensor | DoubleTensor,
  { optimiser, iterations, evaluate }: Course<AdamOptimiser>,
): AsyncGenerator<void, PictureEnd> {
  const { shape, data } = part;
  const settings = { ...optimiser, form: 'torch7', precision: precisionOf(part) } as const;
  const adam = new Adam([{ name: 'pixels', shape }], settings);
  const good = data.slice();
  for (let i = 0; i < iterations; i++) {
    const { gradient } = await evaluate().catch((error: unknown) => {
      data.set(good);
      throw error;
    });
    good.set(data);
    adam.step([data], [gradient]);
    yield;
  }
  return 'iterations';
}

function precisionOf({ data }: Tensor | DoubleTensor): Precision {
  return data instanceof Float64Array ? 'float64' : 'float32';
}

function checkFinite({ losses, gradient }: ObjectiveValue, done: number): void {
  const bad = [...losses].find(([, value]) => !Number.isFinite(value));
  const when = done === 0 ? 'before the first step' : `after ${done} ${done === 1 ? 'step' : 'steps'}`;
  if (bad) throw new OptimisationError(`The loss of ${bad[0]} is ${bad[1]} ${when}.`, done);
  if (gradient.data.every(Number.isFinite)) return;
  throw new OptimisationError(`The gradient is not finite ${when}, though every loss is.`, done);
}
