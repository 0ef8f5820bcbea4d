import { floatOf, type Attributes } from '../../graph/attributes.ts';
import type { Value } from '../../graph/value.ts';
import type { GradientRule } from '../gradientRule.ts';
import { inFloat32 } from '../inFloat32.ts';
import { once } from '../once.ts';

interface Normalised {
  readonly x: Value;
  readonly gradient: Value;
  /** Shaped so that it broadcasts against `x`. */
  readonly scale: Value;
  /** Axes over which mean and variance are taken. */
  readonly axes: readonly number[];
  readonly epsilon: number;
}

/**
 * A normalisation `(x - mean) / sqrt(variance + epsilon)`, scaled and shifted (the gradient as in arXiv 1502.03167, with
 * the sums over the axes of one mean). Gradients of scale and shift are summed to their shape by the caller.
 */
function normalisation({ x, gradient, scale, axes, epsilon }: Normalised) {
  const centred = once(() => x.sub(x.mean(axes, true)));
  const deviation = once(() => centred().mul(centred()).mean(axes, true).add(epsilon).sqrt());
  const normal = once(() => centred().div(deviation()));
  const towardsX = (): Value => {
    const inner = gradient.mul(scale);
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

const epsilonOf = (attributes: Attributes): number => floatOf(attributes, 'epsilon', 1e-5);

const plainNormRules: Readonly<Record<string, GradientRule>> = {
  InstanceNormalization: ({ gradient, inputs: [first, scale], attributes }) => {
    const x = first!;
    const norm = normalisation({
      x,
      gradient,
      scale: perChannel(scale!, x),
      axes: spatial(x),
      epsilon: epsilonOf(attributes),
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
  /** Mean and variance that are handed in are constants; in training they are the batch's own. */
  BatchNormalization: ({ gradient, inputs, attributes }) => {
    const [x, scale, , mean, variance] = inputs;
    const epsilon = epsilonOf(attributes);
    if (attributes['training_mode'] === 1) {
      const axes = [0, ...spatial(x!)];
      const norm = normalisation({ x: x!, gradient, scale: perChannel(scale!, x!), axes, epsilon });
      return [norm.towardsX, () => perSample(norm.towardsScale()), () => perSample(gradient)];
    }
    const deviation = variance!.add(epsilon).sqrt();
    return [
      () => gradient.mul(perChannel(scale!.div(deviation), x!)),
      () => perSample(gradient.mul(x!.sub(perChannel(mean!, x!)))).div(deviation),
      () => perSample(gradient),
    ];
  },
};

export const normRules: Readonly<Record<string, GradientRule>> = Object.fromEntries(
  Object.entries(plainNormRules).map(([op, rule]) => [op, inFloat32(rule)]),
);
