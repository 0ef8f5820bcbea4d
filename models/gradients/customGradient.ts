import type { Value } from '../graph/value.ts';
import { customRules, type GradientRule } from './gradientRule.ts';

/**
 * The same value; a gradient that passes back through it is what `rule` makes of it. Published updates are not always
 * derivatives: Deep Painterly Harmonization multiplies gradients by masks on their way through the network.
 */
export function withGradient(value: Value, rule: (gradient: Value) => Value): Value {
  return identity(value, rule);
}

/** The same value, taken for a constant: no gradient passes. */
export function stopGradient(value: Value): Value {
  return identity(value, undefined);
}

/**
 * The same value, whose operator is differentiated by a rule of its own: one that knows how its operands hang together
 * can be shorter than what the operators give one by one. With `operands` the rule stands for all operators between them and
 * the value: gradients pass to the operands, and to nothing between. Those that it gives no gradient are what it uses.
 */
export function differentiatedBy(value: Value, rule: GradientRule, operands?: readonly Value[]): Value {
  const maker = value.graph.nodes.findLast(({ outputs }) => outputs.includes(value));
  if (maker) customRules.set(maker, { rule, ...(operands ? { operands } : {}) });
  return value;
}

function identity(value: Value, rule: ((gradient: Value) => Value) | undefined): Value {
  const { graph } = value;
  const same = graph.apply({ op: 'Identity', inputs: [value] });
  return differentiatedBy(same, ({ gradient }) => [rule && (() => rule(gradient))]);
}
