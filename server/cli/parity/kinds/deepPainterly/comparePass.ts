import type { LossTerm } from '../../../../../models/painterly/lossTerm.ts';
import {
  optimisePicture,
  withObjective,
  type OptimisePictureOptions,
  type PictureOptimiser,
} from '../../../../../models/painterly/optimisePicture.ts';
import type { ObjectiveRule } from '../../../../../models/painterly/pictureObjective.ts';
import type { Plane } from '../../../../../models/painterly/plane.ts';
import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import type { VggNetwork } from '../../../../../models/vision/vggNetwork.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { KindRun } from '../kind.ts';
import { recommendedTolerance, relativeTolerance } from './recommendedTolerance.ts';

/** A pass of a case: its losses, and where it begins. */
export interface Pass {
  readonly vgg: VggNetwork;
  readonly terms: readonly LossTerm[];
  readonly rule: ObjectiveRule;
  readonly mask: Plane;
  readonly x0: Tensor;
  /** `[3, H, W]`: where losses and gradients are looked at, too. */
  readonly probe: Tensor;
  readonly optimiser: PictureOptimiser;
}

interface Stated {
  readonly total_reported: number;
  readonly terms: Readonly<Record<string, number>>;
}

/** A float32 sum of squares over the whole picture. */
const LOSS_RELATIVE = 2e-5;

/** Losses, gradients by the published rule and by derivation, and the pictures of the first steps. */
export async function comparePass(run: KindRun, file: GoldenTensors, pass: Pass): Promise<void> {
  await compareValues(run, file, pass);
  await compareTerms(run, file, pass);
  await compareTrajectory(run, file, pass);
}

/** `style_relu3_1`, as the case calls it. */
function caseName({ name }: LossTerm): string {
  return name.replace('smoothness', 'tv').replace('histogram', 'hist').replace(' ', '_');
}

async function compareValues({ golden, report }: KindRun, file: GoldenTensors, pass: Pass): Promise<void> {
  const stated = golden.object('tolerance');
  const values = golden.object('values') as Readonly<Record<string, Stated>>;
  const { vgg, terms, rule, mask, x0 } = pass;
  const points = { x0, probe: batched(pass.probe) };
  await withObjective({ vgg, terms, rule, mask, pixels: x0 }, async (objective) => {
    for (const [point, pixels] of Object.entries(points)) {
      const { losses, total, gradient } = await objective.evaluate(pixels);
      const expected = values[point]!;
      const within = LOSS_RELATIVE * expected.total_reported;
      report.values(`${point}: total`, [total], [expected.total_reported], within);
      for (const term of terms) {
        const should = expected.terms[caseName(term)] ?? NaN;
        report.values(
          `${point}: ${term.name}`,
          [losses.get(term.name)!],
          [should],
          LOSS_RELATIVE * Math.max(1, should),
        );
      }
      const name = `grad_rule.${point}`;
      const rules = await file.get(name);
      report.tensor(name, single(gradient), rules, recommendedTolerance(stated[`grad_rule_${point}`], rules));
    }
  });
}

/** `grad_exact.probe.TERM`: the derivative of one loss. `grad_rule_term.probe.TERM`: what the rule makes of it alone. */
async function compareTerms({ golden, report }: KindRun, file: GoldenTensors, pass: Pass): Promise<void> {
  const stated = golden.object('tolerance')['grad_rule_probe'];
  const { vgg, mask, rule, terms, x0 } = pass;
  const probe = batched(pass.probe);
  for (const term of terms) {
    const alone: readonly (readonly [string, Pick<OptimisePictureOptions, 'terms' | 'rule' | 'mask'>])[] = [
      [`grad_exact.probe.${caseName(term)}`, { terms: [term], rule: 'derivative' }],
      [
        `grad_rule_term.probe.${caseName(term)}`,
        // The others' masks stay where they are.
        { terms: terms.map((each) => (each === term ? each : { ...each, weight: 0 })), rule, mask },
      ],
    ];
    for (const [name, objective] of alone) {
      const expected = await file.maybe(name);
      if (!expected) continue;
      const found = await withObjective({ vgg, pixels: x0, ...objective }, ({ evaluate }) => evaluate(probe));
      report.tensor(name, single(found.gradient), expected, relativeTolerance(stated, expected));
    }
  }
}

interface Trajectory {
  readonly reported_loss: readonly number[];
  readonly f32_vs_f64_max_abs: readonly number[];
  readonly adam?: {
    readonly learning_rate: number;
    readonly steps: number;
    readonly reported_loss: readonly number[];
    readonly f32_vs_f64_max_abs: readonly number[];
  };
}

async function compareTrajectory(run: KindRun, file: GoldenTensors, pass: Pass): Promise<void> {
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
    readonly course: Pick<Trajectory, 'reported_loss' | 'f32_vs_f64_max_abs'>;
    readonly prefix: string;
    readonly optimiser: PictureOptimiser;
  },
): Promise<void> {
  const { pass, course, prefix, optimiser } = walked;
  const pictures: Tensor[] = [];
  const totals: number[] = [];
  const pixels = { shape: pass.x0.shape, data: pass.x0.data.slice() };
  await optimisePicture({
    ...pass,
    pixels,
    optimiser,
    iterations: course.reported_loss.length,
    onStep: ({ total }) => {
      totals.push(total);
      pictures.push(single({ shape: pixels.shape, data: pixels.data.slice() }));
    },
  });
  for (const [i, expected] of course.reported_loss.entries()) {
    const seen = course.f32_vs_f64_max_abs[i] ?? 0;
    // A picture that is off by so much has another loss.
    const within = Math.max(LOSS_RELATIVE, seen) * expected;
    report.values(`${prefix}: loss ${i}`, [totals[i] ?? NaN], [expected], within);
    const picture = await file.maybe(`${prefix}.x${i + 1}`);
    if (!picture || !pictures[i]) continue;
    const tolerance = recommendedTolerance({ max_abs: course.f32_vs_f64_max_abs[i + 1] }, picture);
    report.tensor(`${prefix}.x${i + 1}`, pictures[i], picture, tolerance);
  }
}

function batched({ shape, data }: Tensor): Tensor {
  return { shape: [1, ...shape], data };
}

function single({ shape, data }: Tensor): Tensor {
  return { shape: shape.slice(1), data };
}
