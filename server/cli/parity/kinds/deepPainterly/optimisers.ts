import { Adam } from '../../../../../models/optimisers/adam.ts';
import { Lbfgs } from '../../../../../models/optimisers/lbfgs.ts';
import type { Kind } from '../kind.ts';

/** `f(x) = x A x / 2 - b x + sum(q x^4) / 4`. */
interface Quartic {
  readonly A: readonly (readonly number[])[];
  readonly b: readonly number[];
  readonly q: readonly number[];
}

/** One optimiser from one start: its settings, and what came of it. */
interface OptimiserCase {
  readonly name: string;
  readonly lr: number;
  readonly n: number;
  readonly x: readonly (readonly number[])[];
  readonly f: readonly number[];
  readonly steps?: readonly number[];
  readonly tolFun?: number;
  readonly tolX?: number;
  readonly ncorr?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

interface Course {
  readonly x: readonly number[][];
  readonly f: readonly number[];
  readonly steps: readonly number[];
}

/** `deep-painterly-harmonization/optimisers`: torch7's lbfgs and adam on a small function, in double precision. */
export const optimisers: Kind = async ({ golden, report }) => {
  const quartic = golden.json as unknown as Quartic;
  for (const expected of golden.json['cases'] as readonly OptimiserCase[]) {
    const found = await (/adam/i.test(expected.name) ? adamCourse : lbfgsCourse)(quartic, expected);
    const compare = (what: string, is: readonly number[], should: readonly number[]) =>
      report.values(`${expected.name}: ${what}`, is, should, golden.tolerance.for(what, expected.name));
    compare('x', found.x.flat(), expected.x.flat());
    compare('f', found.f, expected.f);
    if (expected.steps) compare('steps', found.steps, expected.steps);
  }
};

async function lbfgsCourse(quartic: Quartic, { lr, n, tolFun, tolX, ncorr, x: start }: OptimiserCase) {
  const x = Float64Array.from(start[0]!);
  const optimiser = new Lbfgs(x.length, {
    learningRate: lr,
    precision: 'float64',
    ...(tolFun === undefined ? {} : { toleranceGradient: tolFun }),
    ...(tolX === undefined ? {} : { toleranceChange: tolX }),
    ...(ncorr === undefined ? {} : { history: ncorr }),
  });
  const course = { x: [[...x]], f: [] as number[], steps: [] as number[] };
  const evaluate = async () => {
    const evaluation = evaluateQuartic(quartic, x);
    course.f.push(evaluation.value);
    return evaluation;
  };
  for await (const { stepSize } of optimiser.minimise({ x, iterations: n, evaluate })) {
    course.x.push([...x]);
    course.steps.push(stepSize);
  }
  return course;
}

async function adamCourse(
  quartic: Quartic,
  { lr, n, x: start, ...settings }: OptimiserCase,
): Promise<Course> {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = settings;
  const x = Float64Array.from(start[0]!);
  const options = { learningRate: lr, beta1, beta2, epsilon, form: 'torch7', precision: 'float64' } as const;
  const adam = new Adam([{ name: 'x', shape: [x.length] }], options);
  const course = { x: [[...x]], f: [] as number[], steps: [] };
  for (let i = 0; i < n; i++) {
    const { value, gradient } = evaluateQuartic(quartic, x);
    adam.step([x], [gradient]);
    course.f.push(value);
    course.x.push([...x]);
  }
  return course;
}

function evaluateQuartic({ A, b, q }: Quartic, x: Float64Array) {
  const product = A.map((row) => row.reduce((sum, a, i) => sum + a * x[i]!, 0));
  const gradient = x.map((v, i) => product[i]! - b[i]! + q[i]! * v ** 3);
  const value = x.reduce((sum, v, i) => sum + v * (product[i]! / 2 - b[i]!) + (q[i]! * v ** 4) / 4, 0);
  return { value, gradient };
}
