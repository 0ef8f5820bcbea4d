import type { Dim } from './dim.ts';
import { Graph } from './graph.ts';
import type { GraphNode, Value } from './value.ts';

/** A float value of the graph under construction, in one type or both. */
interface Float {
  float32?: Value;
  float16?: Value;
  /** Which type operators that can do with either take it in. */
  prefers: 'float32' | 'float16';
  /** Made from weights only. */
  readonly constant: boolean;
}

/** Matrix products and convolutions: where the time goes, and where half precision does no harm. */
const half = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'MultiHeadAttention']);
/** Sums over many values and functions of large ones: computed in float32, and handed on in half precision. */
const full = new Set(['Softmax', 'Sin', 'Cos']);
/** Inputs that stay float32 whatever the operator computes in. */
const float32Inputs: Readonly<Record<string, readonly number[]>> = { Resize: [1, 2] };

/**
 * The same network with convolutions, matrix products and what lies between them in float16, but norms, softmax and the
 * sinusoids of the timestep in float32. Inputs and outputs stay float32. Weights that a file stores as float16 are used as
 * they lie there; others are cast, once, when the session opens. Elementwise operators follow their operands.
 */
export function halfPrecision(graph: Graph): Graph {
  const rewrite = new Rewrite();
  for (const [name, { shape, dtype }] of graph.inputs) {
    rewrite.add(graph.inputs.get(name)!, rewrite.out.input(name, shape, dtype), false);
  }
  for (const [name, { value, data }] of graph.initializers) {
    const { shape, dtype } = value;
    rewrite.add(value, rewrite.out.initializer(name, { shape, dtype }, data), true);
  }
  for (const node of graph.nodes) rewrite.out.within(node.scope, () => rewrite.node(node));
  for (const [name, value] of graph.outputs) rewrite.out.output(name, rewrite.as(value, 'float32'));
  return rewrite.out;
}

class Rewrite {
  readonly out = new Graph();
  readonly #floats = new Map<Value, Float>();
  readonly #others = new Map<Value, Value>();

  add(old: Value, value: Value, constant: boolean): void {
    if (value.dtype === 'float32') this.#floats.set(old, { float32: value, prefers: 'float32', constant });
    else if (value.dtype === 'float16')
      this.#floats.set(old, { float16: value, prefers: 'float16', constant });
    else this.#others.set(old, value);
  }

  node(node: GraphNode): void {
    if (this.#widensHalf(node)) return;
    const type = this.#typeOf(node);
    const kept = float32Inputs[node.op] ?? [];
    const inputs = node.inputs.map((input, i) => this.as(input, kept.includes(i) ? 'float32' : type));
    const types = node.outputs.map(({ shape, dtype }) => ({
      shape: shape as readonly Dim[],
      dtype: dtype === 'float32' ? type : dtype,
    }));
    const { op, domain, attributes } = node;
    const made = this.out.node({ op, domain, inputs, attributes, types });
    const constant = node.inputs.every((input) => this.#isConstant(input));
    for (const [i, old] of node.outputs.entries()) {
      this.add(old, made[i]!, constant);
      // What a norm gives is small again: from here on half precision will do.
      const float = this.#floats.get(old);
      if (float && (isNorm(op) || op === 'Softmax')) float.prefers = 'float16';
    }
  }

  /** The value in the wanted type if it is a float, cast if need be; anything else as it is. */
  as(old: Value, type: 'float32' | 'float16'): Value {
    if (old.name === '') return this.out.absent();
    const float = this.#floats.get(old);
    if (!float) return this.#others.get(old)!;
    return (float[type] ??= (float.float32 ?? float.float16)!.cast(type));
  }

  /** A float16 weight that the network takes as float32 is at hand in both. */
  #widensHalf({ op, inputs, outputs }: GraphNode): boolean {
    const stored = op === 'Cast' ? this.#floats.get(inputs[0]!) : undefined;
    if (!stored?.float16 || outputs[0]!.dtype !== 'float32') return false;
    this.#floats.set(outputs[0]!, stored);
    return true;
  }

  #typeOf({ op, inputs }: GraphNode): 'float32' | 'float16' {
    if (half.has(op)) return 'float16';
    if (full.has(op) || isNorm(op)) return 'float32';
    const data = inputs.filter((_, i) => !float32Inputs[op]?.includes(i));
    const floats = data.flatMap((input) => this.#floats.get(input) ?? []);
    const computed = floats.filter(({ constant }) => !constant);
    const deciding = computed.length > 0 ? computed : floats;
    return deciding.some(({ prefers }) => prefers === 'float16') ? 'float16' : 'float32';
  }

  #isConstant(old: Value): boolean {
    const float = this.#floats.get(old);
    return float ? float.constant : old.name === '' || this.out.initializers.has(old.name);
  }
}

const isNorm = (op: string): boolean => /norm/i.test(op);
