import { constantBytes } from './constantBytes.ts';
import { constantNumbers } from './constantNumbers.ts';
import { formatShape } from './dim.ts';
import { foldConstant } from './foldConstant.ts';
import { Graph } from './graph.ts';
import { isRandom } from './isRandom.ts';
import type { GraphNode, Initializer, Value } from './value.ts';

/** Constants in memory up to this size are compared by what they hold. */
const SMALL_BYTES = 4096;

/**
 * The same computation with fewer operators: what no output needs is left out, equal operators and equal constants are
 * there once, operators that change nothing are skipped, and two that undo each other as well, reshapes of reshapes are one,
 * and what small constants and known shapes determine becomes a constant (a shape that is asked for would keep its tensor in
 * memory until then). onnxruntime does much of it again, but takes longer to open a session the more it is given. Inputs and
 * outputs keep their names. Gradients are to be made before: rules of one's own (see differentiatedBy) go with the operators
 * that carry them.
 */
export function simplify(graph: Graph): Graph {
  const rewrite = new Rewrite();
  const { out, same } = rewrite;
  for (const [name, input] of graph.inputs) same.set(input, out.input(name, input.shape, input.dtype));
  for (const [name, initializer] of graph.initializers) rewrite.initializer(name, initializer);
  for (const node of graph.nodes) out.within(node.scope, () => rewrite.node(node));
  for (const [name, value] of graph.outputs) out.output(name, same.get(value)!);
  leaveOutUnneeded(out);
  return out;
}

function leaveOutUnneeded({ nodes, initializers, outputs }: Graph): void {
  const needed = new Set(outputs.values());
  const kept = nodes.toReversed().filter((node) => {
    const wanted = node.outputs.some((output) => needed.has(output));
    if (wanted) for (const input of node.inputs) needed.add(input);
    return wanted;
  });
  nodes.length = 0;
  // One by one: a call takes no hundred thousand arguments.
  for (const node of kept.reverse()) nodes.push(node);
  for (const [name, { value }] of initializers) if (!needed.has(value)) initializers.delete(name);
}

class Rewrite {
  readonly out = new Graph();
  /** What stands for a value of the old graph. */
  readonly same = new Map<Value, Value>();
  /** Nodes of the new graph by what they make. */
  readonly #makers = new Map<Value, GraphNode>();
  readonly #known = new Map<string, readonly Value[]>();
  readonly #numbers = new Map<Value, number>();

  initializer(name: string, initializer: Initializer): void {
    this.same.set(initializer.value, this.#constant(name, initializer));
  }

  node(node: GraphNode): void {
    const seen = this.#fromOrigin({ ...node, inputs: node.inputs.map((input) => this.#standIn(input)) });
    const single = node.outputs.length === 1 ? (this.#unchanged(seen) ?? this.#folded(seen)) : undefined;
    const made = single ? [single] : this.#computed(seen);
    for (const [i, output] of node.outputs.entries()) this.same.set(output, made[i]!);
  }

  #constant(name: string, { value, data, replaceable }: Initializer): Value {
    const { shape, dtype } = value;
    const make = (): Value =>
      this.out.initializer(name, { shape, dtype, ...(replaceable ? { replaceable } : {}) }, data);
    if (data.kind !== 'memory' || replaceable || data.bytes.byteLength > SMALL_BYTES) return make();
    const key = `${dtype}${formatShape(shape)}${Buffer.from(data.bytes).toString('base64')}`;
    const [known] = this.#known.get(key) ?? [make()];
    this.#known.set(key, [known!]);
    return known!;
  }

  /** A constant in the place of an operator on constants. */
  #folded(node: GraphNode): Value | undefined {
    const numbers = foldConstant(node);
    if (!numbers) return undefined;
    const value = node.outputs[0]!;
    const bytes = constantBytes(numbers, value.dtype as 'float32' | 'int64');
    let name = `folded/${value.name}`;
    // A graph that was simplified before has constants of such names.
    while (this.out.initializers.has(name)) name = `folded/${name}`;
    return this.#constant(name, { value, data: { kind: 'memory', bytes } });
  }

  /** The operator's results, or those that an equal one has given before. */
  #computed({ op, domain, inputs, attributes, outputs }: GraphNode): readonly Value[] {
    const operands = inputs.map((input) => this.#numberOf(input)).join();
    const key = `${domain}.${op} ${JSON.stringify(attributes)} ${operands} ${outputs.length}`;
    const known = isRandom(op) ? undefined : this.#known.get(key);
    if (known) return known;
    const made = this.out.node({ op, domain, inputs, attributes, types: outputs });
    for (const output of made) this.#makers.set(output, this.out.nodes.at(-1)!);
    this.#known.set(key, made);
    return made;
  }

  #standIn(value: Value): Value {
    return value.name === '' ? this.out.absent() : this.same.get(value)!;
  }

  #numberOf(value: Value): number {
    if (value.name === '') return -1;
    const number = this.#numbers.get(value) ?? this.#numbers.size;
    this.#numbers.set(value, number);
    return number;
  }

  /** The operand itself, or an earlier value, where the operator makes nothing else. */
  #unchanged({ op, inputs, outputs, attributes }: GraphNode): Value | undefined {
    const [x] = inputs;
    const made = outputs[0]!;
    if (op === 'Identity') return x;
    if (op === 'Cast' && made.dtype === x!.dtype) return x;
    if (op === 'Concat' && inputs.length === 1) return x;
    if (op === 'Reshape') return this.#reshaped(inputs, made);
    if (op !== 'Transpose') return undefined;
    const perm = attributes['perm'] as readonly number[];
    if (perm.every((axis, i) => axis === i)) return x;
    const maker = this.#makers.get(x!);
    const first = maker?.op === 'Transpose' ? (maker.attributes['perm'] as readonly number[]) : undefined;
    return first && perm.every((axis, i) => first[axis] === i) ? maker!.inputs[0] : undefined;
  }

  /** A reshape of what an earlier one has shaped, as one of what that was given. */
  #fromOrigin(node: GraphNode): GraphNode {
    const [x, size] = node.inputs;
    const maker = node.op === 'Reshape' ? this.#makers.get(x!) : undefined;
    if (maker?.op !== 'Reshape' || !this.#isStated(maker.inputs[1]!) || !this.#isStated(size!)) return node;
    // 0 keeps the size of an axis that only the earlier shape has.
    const keeps = constantNumbers(size!, 'the sizes of a Reshape').includes(0);
    return keeps ? node : { ...node, inputs: [maker.inputs[0]!, size!] };
  }

  #isStated({ name }: Value): boolean {
    return this.out.initializers.get(name)?.data.kind === 'memory';
  }

  /** Only where the sizes are constants: a reshape can also be there to wait for something. */
  #reshaped([x, size]: readonly Value[], made: Value): Value | undefined {
    return this.#isStated(size!) && formatShape(x!.shape) === formatShape(made.shape) ? x : undefined;
  }
}
