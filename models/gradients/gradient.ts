import { GraphError } from '../graph/graphError.ts';
import { formatShape, productOf } from '../graph/dim.ts';
import type { GraphBuilder, GraphNode, Value } from '../graph/value.ts';
import { after } from './after.ts';
import { customRules, differentiatedOperands, type GradientRule } from './gradientRule.ts';
import { Recomputation, type Operands } from './recomputation.ts';
import { gradientRules } from './rules.ts';
import { sumTo } from './sumTo.ts';
import { zerosLike } from './zeros.ts';

export interface GradientOptions {
  /**
   * Gradient checkpointing (arXiv 1604.06174): values of the forward graph that are kept. What lies between two of them
   * is computed again when the gradient comes by, and so need not be remembered: less memory for one more forward pass.
   */
  readonly checkpoints?: readonly Value[];
}

/**
 * Reverse-mode differentiation: appends to the graph what computes d loss / d value for each of `values`, and returns
 * it, shaped as the values are. `loss` has one element. A value that the loss does not depend on gets zeros. Sums over
 * many values, and of gradients that meet, are made in float32 where a network is in half precision. Throws GraphError
 * naming the operator and the layer where there is no rule.
 */
export function gradient(
  loss: Value,
  values: readonly Value[],
  { checkpoints = [] }: GradientOptions = {},
): readonly Value[] {
  if (productOf(loss.shape) !== 1) {
    throw new GraphError('shape', '', `a loss has one element, found ${formatShape(loss.shape)}`);
  }
  const walk = new ReverseWalk(loss, values, checkpoints);
  return values.map((value) => walk.gradientOf(value) ?? zerosLike(value));
}

class ReverseWalk {
  readonly #graph: GraphBuilder;
  readonly #gradients = new Map<Value, Value>();
  /** Values that some wanted one has an influence on. */
  readonly #moved: ReadonlySet<Value>;
  /** Values that depend on what is fed to the graph, beside the wanted ones: activations, not weights. */
  readonly #data: ReadonlySet<Value>;

  constructor(loss: Value, wanted: readonly Value[], checkpoints: readonly Value[]) {
    const { graph } = loss;
    const forward = ancestors(loss);
    this.#graph = graph;
    const fed = [...graph.inputs.values()].filter((input) => !wanted.includes(input));
    this.#moved = descendants(forward, wanted, isFloat);
    this.#data = descendants(forward, fed);
    const recomputation = new Recomputation(forward, checkpoints);
    this.#gradients.set(loss, graph.constant([1], loss.shape).cast(loss.dtype));
    for (const node of forward.toReversed()) {
      if (!node.outputs.some((output) => this.#moved.has(output))) continue;
      const gradients = node.outputs.map((output) => this.#gradients.get(output));
      const first = gradients.find((each) => each !== undefined);
      if (!first) continue;
      graph.within(node.scope ? `gradient/${node.scope}` : 'gradient', () =>
        this.#visit(node, { ...recomputation.operandsOf(node, first), gradients }),
      );
    }
  }

  gradientOf(value: Value): Value | undefined {
    return this.#gradients.get(value);
  }

  #visit(node: GraphNode, seen: Seen): void {
    const rule = ruleOf(node);
    const { inputs, outputs, gradients } = seen;
    const gradient = gradients[0] ?? zerosLike(outputs[0]!);
    const made = rule({
      graph: this.#graph,
      attributes: node.attributes,
      inputs,
      outputs,
      gradient,
      gradients,
    });
    const wanted = differentiatedOperands(node).flatMap((input, i) => {
      const make = this.#moved.has(input) ? made[i] : undefined;
      return make ? [{ input, make: () => sumTo(make(), inputs[i]!) }] : [];
    });
    // Weights first: what their gradient needs can then be forgotten, while the other gradient goes on.
    const weights = wanted.filter(({ input }) => !this.#data.has(input));
    const done = weights.map(({ input, make }) => this.#add(input, make()));
    for (const { input, make } of wanted) {
      if (this.#data.has(input)) this.#add(input, done.length > 0 ? after(make(), done) : make());
    }
  }

  #add(value: Value, gradient: Value): Value {
    const before = this.#gradients.get(value);
    this.#gradients.set(value, before ? addWide(before, gradient) : gradient);
    return gradient;
  }
}

interface Seen extends Operands {
  readonly gradients: readonly (Value | undefined)[];
}

function ruleOf(node: GraphNode): GradientRule {
  const rule = customRules.get(node)?.rule ?? gradientRules[node.op];
  if (rule) return rule;
  const where = node.scope || 'the graph';
  throw new GraphError('no-gradient', '', `${where}: the operator ${node.op} has no gradient rule`);
}

function addWide(a: Value, b: Value): Value {
  return a.dtype === 'float16' ? a.cast('float32').add(b.cast('float32')).cast(a.dtype) : a.add(b);
}

/** The nodes that a value is made by, in the order in which they were appended. */
function ancestors(value: Value): readonly GraphNode[] {
  const needed = new Set<Value>([value]);
  const found: GraphNode[] = [];
  for (const node of value.graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    found.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  return found.reverse();
}

/** `roots` and all that is made of them, as far as it `counts`. */
function descendants(
  nodes: readonly GraphNode[],
  roots: readonly Value[],
  counts: (value: Value) => boolean = () => true,
): ReadonlySet<Value> {
  const found = new Set(roots);
  for (const { inputs, outputs } of nodes) {
    if (inputs.some((input) => found.has(input))) {
      for (const output of outputs.filter(counts)) found.add(output);
    }
  }
  return found;
}

/** Whole numbers and conditions have no slope, and so no rules. */
function isFloat({ dtype }: Value): boolean {
  return dtype.includes('float');
}
