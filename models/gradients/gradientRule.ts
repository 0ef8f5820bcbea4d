import type { Attributes } from '../graph/attributes.ts';
import type { GraphBuilder, GraphNode, Value } from '../graph/value.ts';

/** One operator of the forward graph, and the gradient that has arrived at it. */
export interface RuleCall {
  readonly graph: GraphBuilder;
  /** As the operator saw them, or computed again where checkpoints ask for that. */
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
  /** Of the loss with respect to the first result. */
  readonly gradient: Value;
  /** With respect to every result; absent where the loss does not depend on it. */
  readonly gradients: readonly (Value | undefined)[];
}

/**
 * Of every operand, how its gradient is made; absent where it has none (an index, a size, a condition). Only what is
 * wanted is made. Axes along which the operand was broadcast are summed by the caller.
 */
export type GradientRule = (call: RuleCall) => readonly ((() => Value) | undefined)[];

/** How a node is differentiated instead of as its operator is. */
export interface CustomRule {
  readonly rule: GradientRule;
  /** What the rule sees and makes gradients of; the node's own operands unless given. */
  readonly operands?: readonly Value[];
}

export const customRules = new WeakMap<GraphNode, CustomRule>();

/** What the rule of a node sees and makes gradients of. */
export function differentiatedOperands(node: GraphNode): readonly Value[] {
  return customRules.get(node)?.operands ?? node.inputs;
}

/** Lets the copy of a node be differentiated as the node is; `copyOf` gives what stands for its operands. */
export function carryRule(from: GraphNode, to: GraphNode, copyOf: (value: Value) => Value): void {
  const custom = customRules.get(from);
  if (!custom) return;
  const operands = custom.operands?.map(copyOf);
  customRules.set(to, { ...custom, ...(operands ? { operands } : {}) });
}
