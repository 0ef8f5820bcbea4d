import type { AugmentationStep } from '../../../../../models/training/augmentExemplar.ts';
import type { Box } from '../../../../../models/training/bezierMask.ts';
import {
  exemplarExample,
  squared,
  type ExemplarExample,
} from '../../../../../models/training/exemplarExample.ts';
import { PythonRandom, type RandomSource } from '../../../../../models/training/pythonRandom.ts';
import { luminance } from '../../../../../models/image/luminance.ts';
import type { Picture } from '../../../../../models/image/picture.ts';
import type { Kind, KindRun } from '../kind.ts';

interface Stated {
  readonly bbox_x0y0x1y1: readonly [number, number, number, number];
  readonly python_random_seed: number;
  readonly random_calls_in_order: readonly (readonly [string, readonly unknown[], unknown])[];
  readonly reference_steps: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
  readonly polygon?: readonly (readonly [number, number])[];
  readonly points_kept?: number;
  readonly ref_tensor_channel_mean?: readonly number[];
}

/** Of the mean over a picture, in levels: what the case allows for OpenCV's own rounding. */
const MEAN_LEVELS = 1;
/** Of values between pixels, whose places have seven digits there. */
const RESIZED = 1e-4;
/** Pixels in which a filled polygon may differ. */
const POLYGON_PIXELS = 2;

/**
 * `paint-by-example/training-augmentation`: examples made of a picture, a box and a seed of Python's random, with every
 * number drawn.
 */
export const trainingAugmentation: Kind = async (run) => {
  const { golden } = run;
  const config = golden.object('config');
  for (const [name, value] of Object.entries(golden.object('cases'))) {
    const stated = value as Stated;
    const random = new LoggedRandom(stated.python_random_seed);
    const example = exemplarExample(await golden.picture(await pictureOf(run, `${name}.source`)), {
      boxes: boxesOf(stated),
      size: Number(config['image_size']),
      arbitrary: Number(config['arbitrary_mask_percent']),
      random,
    });
    compareDraws(run, name, { stated, random });
    compareOutline(run, name, { stated, example });
    await compareSteps(run, name, { stated, example });
    await compareTensors(run, name, example);
  }
};

/** All that the first draw chooses from. */
function boxesOf({ bbox_x0y0x1y1: chosen, random_calls_in_order: [first] }: Stated): Box[] {
  const listed = first?.[0] === 'choice' ? (first[1][0] as (typeof chosen)[]) : [chosen];
  return listed.map(([left, top, right, bottom]) => ({ left, top, right, bottom }));
}

async function pictureOf({ golden }: KindRun, stem: string): Promise<string> {
  const names = await golden.names();
  return names.find((name) => name.replace(/\.\w+$/, '') === stem) ?? `${stem}.png`;
}

/** Python's random, which writes down what was drawn. Boxes are written as Python has them. */
class LoggedRandom implements RandomSource {
  readonly calls: { readonly name: string; readonly value: unknown }[] = [];
  readonly #source: PythonRandom;

  constructor(seed: number) {
    this.#source = new PythonRandom(seed);
  }

  random(): number {
    return this.#log('random', this.#source.random());
  }
  uniform(low: number, high: number): number {
    return this.#log('uniform', this.#source.uniform(low, high));
  }
  randint(low: number, high: number): number {
    return this.#log('randint', this.#source.randint(low, high));
  }
  choice<T>(values: readonly T[]): T {
    return this.#log('choice', this.#source.choice(values));
  }

  #log<T>(name: string, value: T): T {
    this.calls.push({ name, value });
    return value;
  }
}

function compareDraws(
  { report }: KindRun,
  name: string,
  { stated, random }: { stated: Stated; random: LoggedRandom },
): void {
  const expected = stated.random_calls_in_order;
  const order = (calls: readonly string[]): string => calls.join(' ');
  const [found, wanted] = [random.calls.map((call) => call.name), expected.map(([call]) => call)];
  if (order(found) !== order(wanted)) {
    report.failure(`${name}.random_calls_in_order`, 'draws in another order, or another number of times');
    return;
  }
  const numbers = expected.flatMap(([, , value], i) =>
    typeof value === 'number' ? [{ value, found: Number(random.calls[i]!.value) }] : [],
  );
  report.values(
    `${name}.random_calls_in_order`,
    numbers.map((draw) => draw.found),
    numbers.map((draw) => draw.value),
    1e-12,
  );
}

function compareOutline(
  { report, golden }: KindRun,
  name: string,
  { stated, example }: { stated: Stated; example: ExemplarExample },
): void {
  const { polygon = [] } = example.shape;
  if (stated.points_kept !== undefined) {
    report.values(`${name}.points_kept`, [polygon.length], [stated.points_kept], 0);
  }
  if (!stated.polygon) return;
  const found = polygon.flatMap(({ x, y }) => [x, y]);
  report.values(
    `${name}.polygon`,
    found,
    stated.polygon.flat(),
    golden.tolerance.stated('polygon points') ?? 1e-9,
  );
}

async function compareSteps(
  run: KindRun,
  name: string,
  { stated, example }: { stated: Stated; example: ExemplarExample },
): Promise<void> {
  const { report, golden } = run;
  const { augmentation } = example;
  const [found, wanted] = [
    augmentation.map((step) => step.name),
    stated.reference_steps.map(([step]) => step),
  ];
  if (found.join() !== wanted.join()) {
    report.failure(`${name}.reference_steps`, `are ${found.join(', ')}, expected ${wanted.join(', ')}`);
    return;
  }
  const names = await golden.names();
  for (const [i, step] of augmentation.entries()) {
    compareMatrix(run, `${name}.${step.name}`, { step, facts: stated.reference_steps[i]![1] });
    const file = names.find((other) => other.startsWith(`${name}.ref${i}.`));
    if (file) comparePicture(run, file, { found: step.picture, expected: await golden.picture(file) });
  }
  const means = stated.ref_tensor_channel_mean;
  if (!means) return;
  const area = example.exemplar.data.length / 3;
  const own = [0, 1, 2].map(
    (c) =>
      example.exemplar.data.subarray(c * area, (c + 1) * area).reduce((sum, value) => sum + value, 0) / area,
  );
  // A level is about 0.0147 in CLIP's units.
  report.values(`${name}.ref_tensor_channel_mean`, own, means, 0.015);
}

function compareMatrix(
  { report }: KindRun,
  name: string,
  { step, facts }: { step: AugmentationStep; facts: Readonly<Record<string, unknown>> },
): void {
  const matrix = (facts['matrix_2x3'] ?? facts['affine_forward_2x3']) as number[][] | undefined;
  if (!matrix || !step.matrix) return;
  const expected = matrix.flat();
  report.values(`${name} matrix`, step.matrix.flat(), expected, 1e-5 * Math.max(...expected.map(Math.abs)));
}

/** The mean error over the picture, in levels. */
function comparePicture(
  { report }: KindRun,
  name: string,
  { found, expected }: { found: Picture; expected: Picture },
): void {
  if (found.data.length !== expected.data.length) {
    report.failure(
      name,
      `has ${found.width} x ${found.height} pixels, expected ${expected.width} x ${expected.height}`,
    );
    return;
  }
  const sum = found.data.reduce((total, value, i) => total + Math.abs(value - expected.data[i]!), 0);
  report.values(`${name} (mean of levels)`, [sum / found.data.length], [0], MEAN_LEVELS);
}

/**
 * The filled polygon, in pixels; then what becomes of it at the size of training, from the authors' own polygon where there
 * is one, since a pixel may differ.
 */
async function compareTensors(
  { report, golden }: KindRun,
  name: string,
  example: ExemplarExample,
): Promise<void> {
  const { shape, square } = example;
  const full = (await golden.names()).find((other) => other.startsWith(`${name}.mask_full.`));
  const kept = full && luminance(await golden.picture(full));
  if (kept) {
    const differing = kept.data.reduce((sum, value, i) => sum + Number(value === shape.mask.data[i]), 0);
    report.values(`${full} (differing pixels)`, [differing], [0], POLYGON_PIXELS);
  }
  for (const file of await golden.tensorFiles()) {
    const [picture, mask] = [await file.maybe(`${name}.GT`), await file.maybe(`${name}.inpaint_mask`)];
    if (picture) report.values(`${name}.GT`, example.picture.data, picture.data, RESIZED);
    if (!mask) continue;
    const found = kept
      ? squared({ shape: [1, 1, kept.height, kept.width], data: kept.data }, square, mask.shape.at(-1)!)
      : example.mask;
    report.values(`${name}.inpaint_mask`, found.data, mask.data, RESIZED);
  }
}
