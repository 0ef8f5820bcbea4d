import { Adam } from '../optimisers/adam.ts';
import { Lbfgs, type Evaluation, type LbfgsEnd } from '../optimisers/lbfgs.ts';
import type { Session } from '../runtime/openSession.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { VggNetwork } from '../vision/vggNetwork.ts';
import type { LossTerm } from './lossTerm.ts';
import { OptimisationError } from './optimisationError.ts';
import {
  pictureObjective,
  responseOutput,
  startInput,
  termOutput,
  type ObjectiveRule,
  type StartShapes,
} from './pictureObjective.ts';
import type { Plane } from './plane.ts';

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

export interface OptimisePictureOptions {
  readonly vgg: VggNetwork;
  readonly terms: readonly LossTerm[];
  readonly rule: ObjectiveRule;
  readonly mask?: Plane;
  /** `[1, 3, H, W]` as the network takes it (see toVggPixels); it is changed. */
  readonly pixels: Tensor;
  readonly optimiser: PictureOptimiser;
  readonly iterations: number;
  readonly signal?: AbortSignal;
  /** After every step. */
  readonly onStep?: (step: PictureStep) => void;
}

export interface PictureStep {
  /** Counted from 1. */
  readonly step: number;
  /** Of the picture before this step: weighted, by the names of the terms; `total` is what is reported. */
  readonly losses: ReadonlyMap<string, number>;
  readonly total: number;
  /** The picture now: the next step changes it. */
  readonly pixels: Tensor;
}

/** Why it ended before its time. */
export type PictureEnd = LbfgsEnd;

/** Losses and gradient of a picture, as often as they are asked for. */
export interface Objective {
  evaluate(pixels: Tensor): Promise<ObjectiveValue>;
}

export interface ObjectiveValue {
  readonly losses: ReadonlyMap<string, number>;
  readonly total: number;
  /** `[1, 3, H, W]` */
  readonly gradient: Tensor;
}

/**
 * Changes a picture step by step until its responses are as the terms want them. Throws OptimisationError for a loss that is not
 * finite, ModelError for a layer that the network does not have, and what `signal` says.
 */
export async function optimisePicture(options: OptimisePictureOptions): Promise<PictureEnd> {
  const { pixels, iterations, optimiser, signal, onStep } = options;
  return withObjective(options, async (objective) => {
    let [done, latest] = [0, undefined as ObjectiveValue | undefined];
    const evaluate = async (): Promise<Evaluation> => {
      signal?.throwIfAborted();
      latest = await objective.evaluate(pixels);
      checkFinite(latest, done);
      return { value: latest.total, gradient: latest.gradient.data };
    };
    const report = () => onStep?.({ step: ++done, losses: latest!.losses, total: latest!.total, pixels });
    if (optimiser.kind === 'adam') {
      const adam = new Adam([{ name: 'pixels', shape: pixels.shape }], { ...optimiser, form: 'torch7' });
      const good = pixels.data.slice();
      for (let i = 0; i < iterations; i++) {
        const { gradient } = await evaluate().catch((error: unknown) => {
          pixels.data.set(good);
          throw error;
        });
        good.set(pixels.data);
        adam.step([pixels.data], [gradient]);
        report();
      }
      return 'iterations';
    }
    const steps = new Lbfgs(pixels.data.length, optimiser).minimise({ x: pixels.data, iterations, evaluate });
    for (;;) {
      const next = await steps.next();
      if (next.done) return next.value;
      report();
    }
  });
}

/** Opens the losses of pictures of one size, beginning with `pixels`, for as long as `work` takes. */
export async function withObjective<T>(
  { vgg, pixels, ...rest }: Pick<OptimisePictureOptions, 'vgg' | 'pixels' | 'terms' | 'rule' | 'mask'>,
  work: (objective: Objective) => Promise<T>,
): Promise<T> {
  const [, , height = 0, width = 0] = pixels.shape;
  let shapes: StartShapes = new Map();
  const build = (layer: Parameters<typeof pictureObjective>[0]): void => {
    shapes = pictureObjective(layer, { ...rest, config: vgg.config, width, height });
  };
  return vgg.withGraph({ name: `objective:${height}x${width}`, build }, async (session) => {
    const start = await startOf(session, pixels, shapes);
    return work({ evaluate: (picture) => evaluateIn(session, { ...start, pixels: picture }, rest.terms) });
  });
}

/** What the layers answer to the first picture, for the terms that compare with it. */
async function startOf(session: Session, pixels: Tensor, shapes: StartShapes): Promise<Feeds> {
  if (shapes.size === 0) return {};
  const nothing = [...shapes].map(([i, shape]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return [startInput(i), { shape, data: new Float32Array(count) }] as const;
  });
  const indices = [...shapes.keys()];
  const found = await session.run({ pixels, ...Object.fromEntries(nothing) }, indices.map(responseOutput));
  return Object.fromEntries(indices.map((i) => [startInput(i), found.get(responseOutput(i))!]));
}

type Feeds = Readonly<Record<string, Tensor>>;

async function evaluateIn(
  session: Session,
  feeds: Feeds,
  terms: readonly LossTerm[],
): Promise<ObjectiveValue> {
  const found = await session.run(feeds, ['gradient', ...terms.map((_, i) => termOutput(i))]);
  const values = terms.map((term, i) => ({ term, value: found.get(termOutput(i))!.data[0]! }));
  return {
    losses: new Map(values.map(({ term, value }) => [term.name, value])),
    total: values.reduce((sum, { term, value }) => sum + (term.unreported ? 0 : value), 0),
    gradient: found.get('gradient')!,
  };
}

function checkFinite({ losses, gradient }: ObjectiveValue, done: number): void {
  const bad = [...losses].find(([, value]) => !Number.isFinite(value));
  if (bad) throw new OptimisationError(`The loss of ${bad[0]} is ${bad[1]} after ${done} steps.`, done);
  if (gradient.data.every(Number.isFinite)) return;
  throw new OptimisationError(`The gradient is not finite after ${done} steps, though every loss is.`, done);
}
