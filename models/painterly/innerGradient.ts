import type { Edges } from '../architectures/vgg19.ts';
import { differentiatedBy } from '../gradients/customGradient.ts';
import { convolutionRules } from '../gradients/rules/convolution.ts';
import type { Value } from '../graph/value.ts';

export interface InnerGradientOptions {
  /** The only part of the convolution's input that changes. */
  readonly inner: Value;
  /** How many rows and columns surround it: up to 2, less the convolution's padding there. */
  readonly around: Edges;
}

/**
 * The same result of a 3x3 convolution, whose gradient passes to the inner part of its input alone: to compute the gradient
 * of what surrounds it, and then to cut it off, takes deep layers a quarter longer.
 */
export function innerGradient(made: Value, { inner, around }: InnerGradientOptions): Value {
  const maker = made.graph.nodes.findLast(({ outputs }) => outputs.includes(made))!;
  const weights = maker.inputs.slice(1);
  // For WebGPU some inputs are given channels of zeros, see conv2d: none of a network as published.
  if (weights[0]!.size(1) !== inner.size(1)) return made;
  const padded = maker.attributes['pads'] as Edges;
  // To the gradient of its input a convolution is one of the inner part with more padding.
  const pads = padded.map((count, side) => count + around[side]!);
  return differentiatedBy(
    made,
    (call) => convolutionRules['Conv']!({ ...call, attributes: { ...call.attributes, pads } }).slice(0, 1),
    [inner, ...weights],
  );
}
