import type { Graph } from '../graph/graph.ts';
import { withSizes } from '../graph/sizeOfDim.ts';
import type { TensorType } from '../graph/tensorType.ts';
import type { Value } from '../graph/value.ts';
import { carryRule } from './gradientRule.ts';

export interface InlineOptions {
  /** Stands before the scopes of what is copied. */
  readonly scope: string;
  /** The value in the target that takes the place of an input. */
  readonly bind: (name: string, type: TensorType) => Value;
  /** Sizes that the source left open, such as `B`. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** Copies a finished graph into another one, as a call of a function, its own rules of gradients included; returns its outputs there. */
export function inlineGraph(
  target: Graph,
  source: Graph,
  options: InlineOptions,
): ReadonlyMap<string, Value> {
  const { scope, bind, sizes } = options;
  const typeOf = ({ shape, dtype }: Value): TensorType => ({
    shape: shape.map((dim) => withSizes(dim, sizes)),
    dtype,
  });
  const copies = new Map<Value, Value>();
  for (const [name, value] of source.inputs) copies.set(value, bind(name, typeOf(value)));
  for (const [name, { value, data }] of source.initializers) {
    copies.set(value, target.initializer(`${scope}/${name}`, typeOf(value), data));
  }
  const copyOf = (value: Value): Value => copies.get(value) ?? target.absent();
  for (const node of source.nodes) {
    const { op, domain, attributes } = node;
    const spec = { op, domain, attributes, inputs: node.inputs.map(copyOf), types: node.outputs.map(typeOf) };
    const where = node.scope ? `${scope}.${node.scope}` : scope;
    const made = target.within(where, () => target.node(spec));
    for (const [i, output] of node.outputs.entries()) copies.set(output, made[i]!);
    carryRule(node, target.nodes.at(-1)!, copyOf);
  }
  return new Map([...source.outputs].map(([name, value]) => [name, copyOf(value)]));
}
