import type { Value } from '../../graph/value.ts';
import type { GradientRule } from '../gradientRule.ts';
import { zerosLike } from '../zeros.ts';

const SQRT_HALF = Math.SQRT1_2;
const NORMAL_PEAK = 1 / Math.sqrt(2 * Math.PI);

const isPositive = (x: Value): Value => x.greater(x.graph.scalar(0));
const oneMinus = (x: Value): Value => x.graph.scalar(1).sub(x);

export const activationRules: Readonly<Record<string, GradientRule>> = {
  Sigmoid: ({ gradient: g, outputs: [y] }) => [() => g.mul(y!).mul(oneMinus(y!))],
  Tanh: ({ gradient: g, outputs: [y] }) => [() => g.mul(oneMinus(y!.mul(y!)))],
  Relu: ({ gradient: g, outputs: [y] }) => [() => isPositive(y!).where(g, zerosLike(g))],
  LeakyRelu: ({ gradient: g, inputs: [x], attributes, graph }) => {
    const slope = (attributes['alpha'] as { float: number } | undefined)?.float ?? 0.01;
    return [() => isPositive(x!).where(g, g.mul(graph.scalar(slope)))];
  },
  PRelu: ({ gradient: g, inputs: [x, slope] }) => [
    () => isPositive(x!).where(g, g.mul(slope!)),
    () => g.mul(x!.min(x!.graph.scalar(0))),
  ],
  /** x * cdf(x), differentiated: cdf(x) + x * pdf(x) of the normal distribution. */
  Gelu: ({ gradient: g, inputs: [x], graph }) => [
    () => {
      const erf = graph.apply({ op: 'Erf', inputs: [x!.mul(graph.scalar(SQRT_HALF))] });
      const cdf = erf.add(graph.scalar(1)).mul(graph.scalar(0.5));
      const pdf = x!.mul(x!).mul(graph.scalar(-0.5)).exp().mul(graph.scalar(NORMAL_PEAK));
      return g.mul(cdf.add(x!.mul(pdf)));
    },
  ],
  Softmax: ({ gradient: g, outputs: [y], attributes }) => [
    () => {
      const weighted = g.mul(y!);
      return weighted.sub(y!.mul(weighted.sum([axisOf(attributes)], true)));
    },
  ],
  LogSoftmax: ({ gradient: g, outputs: [y], attributes }) => [
    () => g.sub(y!.exp().mul(g.sum([axisOf(attributes)], true))),
  ],
};

function axisOf(attributes: Readonly<Record<string, unknown>>): number {
  return (attributes['axis'] as number | undefined) ?? -1;
}
