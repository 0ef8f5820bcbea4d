import type { Value } from '../../graph/value.ts';
import { zerosLike } from '../zeros.ts';
import type { GradientRule } from '../gradientRule.ts';

const scaled = (value: Value, factor: number): Value => value.mul(value.graph.scalar(factor));
const squared = (value: Value): Value => value.mul(value);
const sign = (value: Value): Value => value.graph.apply({ op: 'Sign', inputs: [value] });

/** Rules of one operand: what becomes of the gradient `g` at `x`, with the result `y`. */
function unary(rule: (g: Value, x: Value, y: Value) => Value): GradientRule {
  return ({ gradient, inputs, outputs }) => [() => rule(gradient, inputs[0]!, outputs[0]!)];
}

/** The gradient goes to whichever operand was chosen; where both are equal, half to each, as PyTorch has it. */
function chosen(wins: (a: Value, b: Value) => Value): GradientRule {
  return ({ gradient: g, inputs: [a, b], graph }) => {
    const part = (x: Value, y: Value): Value => {
      const none = zerosLike(g);
      return wins(x!, y!).where(g, wins(y!, x!).where(none, g.mul(graph.scalar(0.5))));
    };
    return [() => part(a!, b!), () => part(b!, a!)];
  };
}

/** Operators on single elements, but for those that networks use to bend their activations. */
export const arithmeticRules: Readonly<Record<string, GradientRule>> = {
  Identity: unary((g) => g),
  Add: ({ gradient: g }) => [() => g, () => g],
  Sub: ({ gradient: g }) => [() => g, () => g.neg()],
  Mul: ({ gradient: g, inputs: [a, b] }) => [() => g.mul(b!), () => g.mul(a!)],
  Div: ({ gradient: g, inputs: [, b], outputs: [y] }) => [() => g.div(b!), () => g.mul(y!).div(b!).neg()],
  /** What 0 is raised to, and what is raised to 0, does not matter: there the formulas give no number. */
  Pow: ({ gradient: g, inputs: [x, p], outputs: [y], graph }) => {
    const slope = (): Value => p!.mul(graph.apply({ op: 'Pow', inputs: [x!, p!.sub(graph.scalar(1))] }));
    const growth = (): Value => y!.mul(x!.log());
    return [
      () => isEqual(p!, graph.scalar(0)).where(zerosLike(g), g.mul(slope())),
      () => isEqual(x!, graph.scalar(0)).where(zerosLike(g), g.mul(growth())),
    ];
  },
  Min: chosen((a, b) => b.greater(a)),
  Max: chosen((a, b) => a.greater(b)),
  Neg: unary((g) => g.neg()),
  Abs: unary((g, x) => g.mul(sign(x))),
  Exp: unary((g, _, y) => g.mul(y)),
  Log: unary((g, x) => g.div(x)),
  Sqrt: unary((g, _, y) => g.div(scaled(y, 2))),
  Cos: unary((g, x) => g.mul(x.sin()).neg()),
  Sin: unary((g, x) => g.mul(x.cos())),
  Floor: () => [],
  Sign: () => [],
  Erf: unary((g, x) => g.mul(scaled(squared(x).neg().exp(), 2 / Math.sqrt(Math.PI)))),
  Cast: ({ gradient: g, inputs: [x] }) => [() => g.cast(x!.dtype)],
  /** Bounds are constants. */
  Clip: ({ gradient: g, inputs: [x], outputs: [y] }) => [() => isEqual(x!, y!).where(g, zerosLike(g))],
  Where: ({ gradient: g, inputs: [condition] }) => [
    undefined,
    () => condition!.where(g, zerosLike(g)),
    () => condition!.where(zerosLike(g), g),
  ],
  Greater: () => [],
  Shape: () => [],
};

/** `b` has the shape of `a`, or is one number. */
function isEqual(a: Value, b: Value): Value {
  const types = [{ shape: a.shape, dtype: 'bool' }] as const;
  return a.graph.apply({ op: 'Equal', inputs: [a, b], types });
}
