import { luminance } from '../../../../../models/image/luminance.ts';
import type { Box } from '../../../../../models/image/box.ts';
import { exemplarExample, type ExemplarExample } from '../../../../../models/training/exemplarExample.ts';
import type { Kind, KindRun } from '../kind.ts';
import { compareAugmentation, type StatedAugmentation } from './augmentationSteps.ts';
import { LoggedRandom } from './loggedRandom.ts';

interface Stated extends StatedAugmentation {
  readonly bbox_x0y0x1y1: readonly [number, number, number, number];
  readonly python_random_seed: number;
  readonly random_calls_in_order: readonly (readonly [string, readonly unknown[], unknown])[];
  readonly polygon?: readonly (readonly [number, number])[];
  readonly points_kept?: number;
}

/** Of values between pixels, whose places have seven digits there. */
const RESIZED = 1e-4;

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
    await compareAugmentation(run, name, { stated, example });
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

/** The filled polygon, in pixels, and what is trained on. */
async function compareTensors(
  { report, golden }: KindRun,
  name: string,
  { shape, picture, mask }: ExemplarExample,
): Promise<void> {
  const full = (await golden.names()).find((other) => other.startsWith(`${name}.mask_full.`));
  if (full) {
    const kept = luminance(await golden.picture(full));
    const differing = kept.data.reduce((sum, value, i) => sum + Number(value === shape.mask.data[i]), 0);
    report.values(`${full} (differing pixels)`, [differing], [0], 0);
  }
  for (const file of await golden.tensorFiles()) {
    for (const [what, found] of [
      [`${name}.GT`, picture],
      [`${name}.inpaint_mask`, mask],
    ] as const) {
      const expected = await file.maybe(what);
      if (expected) report.values(what, found.data, expected.data, RESIZED);
    }
  }
}
