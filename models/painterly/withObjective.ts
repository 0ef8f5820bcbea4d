import type { Session } from '../runtime/openSession.ts';
import { cropTensor } from '../tensor/cropTensor.ts';
import { rounded, type DoubleTensor, type Tensor } from '../tensor/tensor.ts';
import type { VggNetwork } from '../vision/vggNetwork.ts';
import { fromVggPixels } from '../vision/vggPixels.ts';
import { PIXELS, type LossTerm } from './lossTerm.ts';
import { objectiveRegions, regionOf } from './objectiveRegions.ts';
import {
  pictureObjective,
  responseOutput,
  startInput,
  termOutput,
  type ObjectiveRule,
  type StartShapes,
} from './pictureObjective.ts';
import type { Plane } from './plane.ts';
import { Region } from './region.ts';

export interface WithObjectiveOptions {
  readonly vgg: VggNetwork;
  /** `[1, 3, H, W]` as the network takes it (see toVggPixels): the start. */
  readonly pixels: Tensor | DoubleTensor;
  readonly terms: readonly LossTerm[];
  readonly rule: ObjectiveRule;
  /** Which pixels may change; all unless given. */
  readonly mask?: Plane;
  /** Evaluates all of every picture, which may then differ from the start outside the mask as well. */
  readonly everywhere?: boolean;
}

/** Losses and gradient of a picture, as often as they are asked for. */
export interface Objective {
  /** The part of the picture that changes: all that is computed is what depends on it. */
  readonly region: Region;
  /** Of a picture that has this part, `[1, 3, h, w]`, and outside it is as it was at the start. */
  evaluate(part: Tensor | DoubleTensor): Promise<ObjectiveValue>;
}

export interface ObjectiveValue {
  readonly losses: ReadonlyMap<string, number>;
  readonly total: number;
  /** `[1, 3, h, w]` */
  readonly gradient: Tensor;
}

/** Opens the losses of pictures that begin with `pixels`, for as long as `work` takes. */
export async function withObjective<T>(
  { everywhere = false, ...options }: WithObjectiveOptions,
  work: (objective: Objective) => Promise<T>,
): Promise<T> {
  const { vgg, pixels, terms, mask } = options;
  const [, , height = 0, width = 0] = pixels.shape;
  const all = Region.all({ width, height });
  const changing = mask && !everywhere ? (Region.around(mask) ?? all) : all;
  const regions = objectiveRegions(vgg.config, terms, changing);
  const { computed: region } = regionOf(regions, PIXELS);
  const layers = await vgg.responses(fromVggPixels(rounded(pixels), vgg.config.pixels), regions.constant);
  const surroundings = new Map([...layers, [PIXELS, rounded(pixels)]]);
  let shapes: StartShapes = new Map();
  const build = (layer: Parameters<typeof pictureObjective>[0]): void => {
    shapes = pictureObjective(layer, { ...options, config: vgg.config, regions, surroundings });
    // What of them is needed is in the graph now; the rest would lie in memory as long as the picture is worked on.
    surroundings.clear();
  };
  return vgg.withGraph({ name: `objective:${height}x${width}`, build }, async (session) => {
    const start = await startOf(session, cropTensor(pixels, region.box), shapes);
    return work({ region, evaluate: (part) => evaluateIn(session, { ...start, pixels: part }, terms) });
  });
}

/** What the layers answer to the first picture, for the terms that compare with it. */
async function startOf(session: Session, pixels: Tensor | DoubleTensor, shapes: StartShapes): Promise<Feeds> {
  if (shapes.size === 0) return {};
  const nothing = [...shapes].map(([i, shape]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return [startInput(i), { shape, data: new Float32Array(count) }] as const;
  });
  const indices = [...shapes.keys()];
  const found = await session.run({ pixels, ...Object.fromEntries(nothing) }, indices.map(responseOutput));
  return Object.fromEntries(indices.map((i) => [startInput(i), found.get(responseOutput(i))!]));
}

type Feeds = Readonly<Record<string, Tensor | DoubleTensor>>;

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
