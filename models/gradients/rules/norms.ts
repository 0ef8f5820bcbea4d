import type { Attributes } from '../../graph/attributes.ts';
import { constantNumbers } from '../../graph/constantNumbers.ts';
import type { Value } from '../../graph/value.ts';
import type { GradientRule } from '../gradientRule.ts';
import { once } from '../once.ts';

interface Normalised {
  readonly x: Value;
  readonly gradient: Value;
  /** Shaped so that it broadcasts against `x`. */
  readonly scale: Value;
  /** Axes over which mean and variance are taken. */
  readonly axes: readonly number[];
  readonly epsilon: number;
  /** The result, where it is neither scaled nor shifted. */
  readonly normal?: Value;
}

/**
 * A normalisation `(x - mean) / sqrt(variance + epsilon)`, scaled and shifted (the gradient as in arXiv 1502.03167, with
 * the sums over the axes of one mean). Gradients of scale and shift are summed to their shape by the caller.
 */
function normalisation({ x, gradient, scale, axes, epsilon, normal: known }: Normalised) {
  const { graph } = x;
  const centred = once(() => x.sub(x.mean(axes, true)));
  const deviation = once(() => centred().mul(centred()).mean(axes, true).add(graph.scalar(epsilon)).sqrt());
  const normal = once(() => known ?? centred().div(deviation()));
  const towardsX = (): Value => {
    const inner = known ? gradient : gradient.mul(scale);
    const along = normal().mul(inner.mul(normal()).mean(axes, true));
    return inner.sub(inner.mean(axes, true)).sub(along).div(deviation());
  };
  return { towardsX, towardsScale: () => gradient.mul(normal()) };
}

/** `[1, C, 1, 1]` against `[B, C, H, W]`. */
function perChannel(weight: Value, x: Value): Value {
  return weight.reshape(x.shape.map((_, axis) => (axis === 1 ? weight.shape[0]! : 1)));
}

/** All axes but batch and channel. */
function spatial(x: Value): readonly number[] {
  return [...x.shape.keys()].slice(2);
}

function perSample(gradient: Value): Value {
  return gradient.sum([0, ...spatial(gradient)]);
}

function epsilonOf(attributes: Attributes): number {
  return (attributes['epsilon'] as { float: number } | undefined)?.float ?? 1e-5;
}

/** Whether it is a constant of this number only, as our group normalisation has it. */
function consistsOf(value: Value, number: number): boolean {
  const isConstant = value.graph.initializers.get(value.name)?.data.kind === 'memory';
  return isConstant && constantNumbers(value).every((each) => each === number);
}

export const normRules: Readonly<Record<string, GradientRule>> = {
  InstanceNormalization: ({ gradient, inputs, outputs, attributes }) => {
    const [x, scale, shift] = [inputs[0]!, inputs[1]!, inputs[2]!];
    const plain = consistsOf(scale, 1) && consistsOf(shift, 0);
    const norm = normalisation({
      x,
      gradient,
      scale: perChannel(scale, x),
      axes: spatial(x),
      epsilon: epsilonOf(attributes),
      ...(plain ? { normal: outputs[0]! } : {}),
    });
    return [norm.towardsX, () => perSample(norm.towardsScale()), () => perSample(gradient)];
  },
  LayerNormalization: ({ gradient, inputs: [x, scale], attributes }) => {
    const rank = x!.shape.length;
    const first = (attributes['axis'] as number | undefined) ?? -1;
    const axes = [...x!.shape.keys()].slice(first < 0 ? first + rank : first);
    const norm = normalisation({ x: x!, gradient, scale: scale!, axes, epsilon: epsilonOf(attributes) });
    return [norm.towardsX, norm.towardsScale, () => gradient];
  },
  /** Inference: mean and variance are constants. */
  BatchNormalization: ({ gradient, inputs, attributes, graph }) => {
    const [x, scale, , mean, variance] = inputs;
    const deviation = variance!.add(graph.scalar(epsilonOf(attributes))).sqrt();
    return [
      () => gradient.mul(perChannel(scale!.div(deviation), x!)),
      () => perSample(gradient.mul(x!.sub(perChannel(mean!, x!)))).div(deviation),
      () => perSample(gradient),
    ];
  },
};
