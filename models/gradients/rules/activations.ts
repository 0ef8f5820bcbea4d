import { floatOf, type Attributes } from '../../graph/attributes.ts';
import type { Value } from '../../graph/value.ts';
import type { GradientRule } from '../gradientRule.ts';
import { inFloat32 } from '../inFloat32.ts';
import { zerosLike } from '../zeros.ts';

const isPositive = (x: Value): Value => x.greater(0);
const oneMinus = (x: Value): Value => x.neg().add(1);
const axisOf = (attributes: Attributes): number => (attributes['axis'] as number | undefined) ?? -1;

/** The numbers of arXiv 1706.02515, as ONNX has them. */
const SELU = { alpha: 1.6732632423543772, gamma: 1.0507009873554805 };

export const activationRules: Readonly<Record<string, GradientRule>> = {
  Sigmoid: ({ gradient: g, outputs: [y] }) => [() => g.mul(y!).mul(oneMinus(y!))],
  Tanh: ({ gradient: g, outputs: [y] }) => [() => g.mul(oneMinus(y!.mul(y!)))],
  Relu: ({ gradient: g, outputs: [y] }) => [() => isPositive(y!).where(g, zerosLike(g))],
  LeakyRelu: ({ gradient: g, inputs: [x], attributes }) => [
    () => isPositive(x!).where(g, g.mul(floatOf(attributes, 'alpha', 0.01))),
  ],
  PRelu: ({ gradient: g, inputs: [x, slope] }) => [
    () => isPositive(x!).where(g, g.mul(slope!)),
    () => g.mul(x!.min(0)),
  ],
  Elu: ({ gradient: g, inputs: [x], outputs: [y], attributes }) => [
    () => isPositive(x!).where(g, g.mul(y!.add(floatOf(attributes, 'alpha', 1)))),
  ],
  Celu: ({ gradient: g, inputs: [x], outputs: [y], attributes }) => [
    () => isPositive(x!).where(g, g.mul(y!.div(floatOf(attributes, 'alpha', 1)).add(1))),
  ],
  Selu: ({ gradient: g, inputs: [x], outputs: [y], attributes }) => {
    const gamma = floatOf(attributes, 'gamma', SELU.gamma);
    const below = gamma * floatOf(attributes, 'alpha', SELU.alpha);
    return [() => isPositive(x!).where(g.mul(gamma), g.mul(y!.add(below)))];
  },
  Softplus: ({ gradient: g, inputs: [x] }) => [() => g.mul(x!.sigmoid())],
  Gelu: ({ gradient: g, inputs: [x], attributes }) => [
    () => g.mul(attributes['approximate'] === 'tanh' ? tanhGeluSlope(x!) : geluSlope(x!)),
  ],
  Softmax: inFloat32(({ gradient: g, outputs: [y], attributes }) => [
    () => {
      const weighted = g.mul(y!);
      return weighted.sub(y!.mul(weighted.sum([axisOf(attributes)], true)));
    },
  ]),
  LogSoftmax: inFloat32(({ gradient: g, outputs: [y], attributes }) => [
    () => g.sub(y!.exp().mul(g.sum([axisOf(attributes)], true))),
  ]),
};

/** `x * cdf(x)`, differentiated: `cdf(x) + x * pdf(x)` of the normal distribution. */
function geluSlope(x: Value): Value {
  const cdf = x.mul(Math.SQRT1_2).erf().add(1).mul(0.5);
  const pdf = x
    .mul(x)
    .mul(-0.5)
    .exp()
    .mul(1 / Math.sqrt(2 * Math.PI));
  return cdf.add(x.mul(pdf));
}

/** `x * (1 + t) / 2` with `t = tanh(c * (x + 0.044715 * x^3))`, differentiated. */
function tanhGeluSlope(x: Value): Value {
  const c = Math.sqrt(2 / Math.PI);
  const square = x.mul(x);
  const t = square.mul(0.044715).add(1).mul(x).mul(c).tanh();
  const inner = square
    .mul(3 * 0.044715)
    .add(1)
    .mul(c);
  const growth = oneMinus(t.mul(t)).mul(inner).mul(x);
  return t.add(1).add(growth).mul(0.5);
}
