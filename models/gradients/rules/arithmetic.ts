import type { Value } from '../../graph/value.ts';
import { zerosLike } from '../zeros.ts';
import type { GradientRule } from '../gradientRule.ts';

const squared = (value: Value): Value => value.mul(value);

/** Rules of one operand: what becomes of the gradient `g` at `x`, with the result `y`. */
function unary(rule: (g: Value, x: Value, y: Value) => Value): GradientRule {
  return ({ gradient, inputs, outputs }) => [() => rule(gradient, inputs[0]!, outputs[0]!)];
}

/** The gradient goes to whichever operand was chosen; where both are equal, half to each, as PyTorch has it. */
function chosen(wins: (a: Value, b: Value) => Value): GradientRule {
  return ({ gradient: g, inputs: [a, b] }) => {
    const part = (x: Value, y: Value): Value =>
      wins(x, y).where(g, wins(y, x).where(zerosLike(g), g.mul(0.5)));
    return [() => part(a!, b!), () => part(b!, a!)];
  };
}

/** Half a circle's slope, which Asin and Acos share. */
const circle = (x: Value): Value => squared(x).neg().add(1).sqrt();

/** Nothing changes when the operand changes a little. */
const flat: GradientRule = () => [];

/** Operators on single elements, but for those that networks use to bend their activations. */
export const arithmeticRules: Readonly<Record<string, GradientRule>> = {
  Identity: unary((g) => g),
  Add: ({ gradient: g }) => [() => g, () => g],
  Sub: ({ gradient: g }) => [() => g, () => g.neg()],
  Mul: ({ gradient: g, inputs: [a, b] }) => [() => g.mul(b!), () => g.mul(a!)],
  Div: ({ gradient: g, inputs: [, b], outputs: [y] }) => [() => g.div(b!), () => g.mul(y!).div(b!).neg()],
  /** What 0 is raised to, and what is raised to 0, does not matter: there the formulas give no number. */
  Pow: ({ gradient: g, inputs: [x, p], outputs: [y] }) => [
    () => p!.equal(0).where(zerosLike(g), g.mul(p!.mul(x!.pow(p!.sub(1))))),
    () => x!.equal(0).where(zerosLike(g), g.mul(y!.mul(x!.log()))),
  ],
  Min: chosen((a, b) => b.greater(a)),
  Max: chosen((a, b) => a.greater(b)),
  Neg: unary((g) => g.neg()),
  Abs: unary((g, x) => g.mul(x.sign())),
  Exp: unary((g, _, y) => g.mul(y)),
  Log: unary((g, x) => g.div(x)),
  Sqrt: unary((g, _, y) => g.div(y.mul(2))),
  Cos: unary((g, x) => g.mul(x.sin()).neg()),
  Sin: unary((g, x) => g.mul(x.cos())),
  Tan: unary((g, _, y) => g.mul(squared(y).add(1))),
  Acos: unary((g, x) => g.div(circle(x)).neg()),
  Asin: unary((g, x) => g.div(circle(x))),
  Atan: unary((g, x) => g.div(squared(x).add(1))),
  Floor: flat,
  Ceil: flat,
  Round: flat,
  Sign: flat,
  Erf: unary((g, x) => g.mul(squared(x).neg().exp()).mul(2 / Math.sqrt(Math.PI))),
  Cast: unary((g, x) => g.cast(x.dtype)),
  /** What lies outside goes with the bound that it was put on. Either bound may be left out. */
  Clip: ({ gradient: g, inputs: [x, low, high] }) => {
    const none = zerosLike(g);
    const inside = low?.name ? low.greater(x!).where(none, g) : g;
    return [
      () => (high?.name ? x!.greater(high).where(none, inside) : inside),
      () => low!.greater(x!).where(g, none),
      () => x!.greater(high!).where(g, none),
    ];
  },
  Where: ({ gradient: g, inputs: [condition] }) => [
    undefined,
    () => condition!.where(g, zerosLike(g)),
    () => condition!.where(zerosLike(g), g),
  ],
};
