import type { Picture } from '../../../../../models/image/picture.ts';
import type { AugmentationStep } from '../../../../../models/training/augmentExemplar.ts';
import type { ExemplarExample } from '../../../../../models/training/exemplarExample.ts';
import type { KindRun } from '../kind.ts';
import { channelMeans } from './channelMeans.ts';

/** What a case states of the exemplar. */
export interface StatedAugmentation {
  readonly reference_steps: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
  readonly ref_tensor_channel_mean?: readonly number[];
}

/** Of the mean over a picture, in levels: what the case allows for OpenCV's own rounding. */
const MEAN_LEVELS = 1;
/** The same in CLIP's units. */
const CLIP_LEVEL = 0.015;

/** Every change of the exemplar: which ones, their matrices, their pictures, and the means of what comes out. */
export async function compareAugmentation(
  run: KindRun,
  name: string,
  { stated, example }: { stated: StatedAugmentation; example: ExemplarExample },
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
  if (means)
    report.values(`${name}.ref_tensor_channel_mean`, channelMeans(example.exemplar), means, CLIP_LEVEL);
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
