import type { Value } from '../graph/value.ts';
import { customRules } from './gradientRule.ts';

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

function identity(value: Value, rule: ((gradient: Value) => Value) | undefined): Value {
  const { graph } = value;
  const same = graph.apply({ op: 'Identity', inputs: [value] });
  customRules.set(graph.nodes.at(-1)!, ({ gradient }) => [rule && (() => rule(gradient))]);
  return same;
}
