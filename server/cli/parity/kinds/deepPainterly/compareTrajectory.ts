import { optimisePicture, type PictureOptimiser } from '../../../../../models/painterly/optimisePicture.ts';
import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { KindRun } from '../kind.ts';
import { LOSS_RELATIVE, single, type Pass } from './pass.ts';
import { recommendedTolerance } from './recommendedTolerance.ts';

/** In double precision, and what single precision makes of it. */
interface Course {
  readonly reported_loss: readonly number[];
  readonly reported_loss_f32?: readonly number[];
  readonly f32_vs_f64_max_abs: readonly number[];
  /** Fewer than losses where the last one ended the course. */
  readonly step_sizes?: readonly number[];
}

interface Trajectory extends Course {
  readonly adam?: Course & { readonly learning_rate: number };
}

/** The pictures after each step, and the losses before it, of the case's own optimiser and of Adam. */
export async function compareTrajectory(run: KindRun, file: GoldenTensors, pass: Pass): Promise<void> {
  const stated = run.golden.object('trajectory') as unknown as Trajectory;
  await walk(run, file, { pass, course: stated, prefix: 'traj', optimiser: pass.optimiser });
  const { adam } = stated;
  if (!adam) return;
  const optimiser = { kind: 'adam', learningRate: adam.learning_rate } as const;
  await walk(run, file, { pass, course: adam, prefix: 'adam', optimiser });
}

async function walk(
  { report }: KindRun,
  file: GoldenTensors,
  walked: {
    readonly pass: Pass;
    readonly course: Course;
    readonly prefix: string;
    readonly optimiser: PictureOptimiser;
  },
): Promise<void> {
  const { pass, course, prefix, optimiser } = walked;
  const pictures: Tensor[] = [];
  const totals: number[] = [];
  const pixels = { shape: pass.x0.shape, data: pass.x0.data.slice() } as Pass['x0'];
  await optimisePicture({
    ...pass,
    pixels,
    optimiser,
    iterations: course.reported_loss.length,
    onStep: ({ total }) => {
      totals.push(total);
      pictures.push(single({ shape: pixels.shape, data: Float32Array.from(pixels.data) }));
    },
  });
  const { length: steps } = course.step_sizes ?? course.reported_loss;
  report.values(`${prefix}: steps`, [totals.length], [steps], 0);
  for (const [i, expected] of course.reported_loss.slice(0, steps).entries()) {
    report.values(`${prefix}: loss ${i}`, [totals[i] ?? NaN], [expected], lossTolerance(course, i));
    const picture = await file.maybe(`${prefix}.x${i + 1}`);
    if (!picture || !pictures[i]) continue;
    const tolerance = recommendedTolerance({ max_abs: course.f32_vs_f64_max_abs[i + 1] }, picture);
    report.tensor(`${prefix}.x${i + 1}`, pictures[i], picture, tolerance);
  }
}

/** Five times what single precision made of the loss, where the case says that. */
function lossTolerance({ reported_loss, reported_loss_f32 }: Course, i: number): number {
  const loss = reported_loss[i]!;
  return Math.max(LOSS_RELATIVE * loss, 5 * Math.abs((reported_loss_f32?.[i] ?? loss) - loss));
}
