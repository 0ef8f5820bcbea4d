import { formatShape, productOf, type Dim, type Shape } from './dim.ts';
import type { ElementType } from './elementType.ts';
import { GraphError } from './graphError.ts';
import type { Attributes } from './attributes.ts';
import type { TensorType } from './tensorType.ts';

export interface NodeSpec {
  readonly op: string;
  readonly domain?: string;
  readonly inputs: readonly Value[];
  readonly attributes?: Attributes;
  /** For operators whose result does not follow from the input types alone (Reshape, Resize, ...). */
  readonly types?: readonly TensorType[];
}

/** One operator of a graph. */
export interface GraphNode {
  readonly op: string;
  /** '' is the standard operator set; `com.microsoft` holds onnxruntime's fused operators. */
  readonly domain: string;
  readonly scope: string;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
}

/** Where the bytes of an initializer are: in memory, or a range of a file. Little-endian, row-major. */
export type InitializerData =
  | { readonly kind: 'memory'; readonly bytes: Uint8Array }
  | { readonly kind: 'file'; readonly path: string; readonly offset: number; readonly length: number };

export interface Initializer {
  readonly value: Value;
  readonly data: InitializerData;
  /** Also an input that may be left out, so that onnxruntime can neither fold nor rearrange it: it stays as it lies. */
  readonly replaceable?: boolean;
}

/** What a value needs of the graph that it belongs to. */
export interface GraphBuilder {
  readonly scope: string;
  readonly nodes: readonly GraphNode[];
  readonly inputs: ReadonlyMap<string, Value>;
  readonly initializers: ReadonlyMap<string, Initializer>;
  within<T>(name: string, build: () => T): T;
  node(spec: NodeSpec): readonly Value[];
  apply(spec: NodeSpec): Value;
  constant(values: ArrayLike<number>, shape?: Shape): Value;
  scalar(value: number): Value;
  int64(values: readonly number[]): Value;
  absent(): Value;
}

/** A tensor in a graph: a name, a type, and the operators that make new ones. A number stands for a constant of its type. */
export class Value {
  readonly graph: GraphBuilder;
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: ElementType;

  constructor(graph: GraphBuilder, name: string, type: TensorType) {
    this.graph = graph;
    this.name = name;
    this.shape = type.shape;
    this.dtype = type.dtype;
  }

  add(other: Value | number): Value {
    return this.#binary('Add', other);
  }
  sub(other: Value | number): Value {
    return this.#binary('Sub', other);
  }
  mul(other: Value | number): Value {
    return this.#binary('Mul', other);
  }
  div(other: Value | number): Value {
    return this.#binary('Div', other);
  }
  matmul(other: Value): Value {
    return this.#binary('MatMul', other);
  }
  pow(exponent: Value | number): Value {
    return this.#binary('Pow', exponent);
  }
  min(other: Value | number): Value {
    return this.#binary('Min', other);
  }
  max(other: Value | number): Value {
    return this.#binary('Max', other);
  }
  /** True where this is greater. */
  greater(other: Value | number): Value {
    return this.#binary('Greater', other);
  }
  /** True where both are the same. */
  equal(other: Value | number): Value {
    return this.#binary('Equal', other);
  }
  /** `yes` where this, a bool, is true. */
  where(yes: Value, no: Value): Value {
    return this.graph.apply({ op: 'Where', inputs: [this, yes, no] });
  }
  exp(): Value {
    return this.#unary('Exp');
  }
  log(): Value {
    return this.#unary('Log');
  }
  sqrt(): Value {
    return this.#unary('Sqrt');
  }
  abs(): Value {
    return this.#unary('Abs');
  }
  neg(): Value {
    return this.#unary('Neg');
  }
  sigmoid(): Value {
    return this.#unary('Sigmoid');
  }
  tanh(): Value {
    return this.#unary('Tanh');
  }
  relu(): Value {
    return this.#unary('Relu');
  }
  cos(): Value {
    return this.#unary('Cos');
  }
  sin(): Value {
    return this.#unary('Sin');
  }
  floor(): Value {
    return this.#unary('Floor');
  }
  sign(): Value {
    return this.#unary('Sign');
  }
  erf(): Value {
    return this.#unary('Erf');
  }
  /** The exact, erf form. */
  gelu(): Value {
    return this.#unary('Gelu');
  }
  softmax(axis = -1): Value {
    return this.graph.apply({ op: 'Softmax', inputs: [this], attributes: { axis } });
  }
  logSoftmax(axis = -1): Value {
    return this.graph.apply({ op: 'LogSoftmax', inputs: [this], attributes: { axis } });
  }
  /** The sum along some axes (all unless given), which are left out, or kept with a size of 1. */
  sum(axes?: readonly number[], keepAxes = false): Value {
    return this.#reduce('ReduceSum', axes, keepAxes);
  }
  /** As `sum`, divided by the count. */
  mean(axes?: readonly number[], keepAxes = false): Value {
    return this.#reduce('ReduceMean', axes, keepAxes);
  }
  transpose(perm: readonly number[]): Value {
    return this.graph.apply({ op: 'Transpose', inputs: [this], attributes: { perm } });
  }
  cast(dtype: ElementType): Value {
    if (dtype === this.dtype) return this;
    return this.graph.apply({ op: 'Cast', inputs: [this], attributes: { to: { elementType: dtype } } });
  }
  concat(others: readonly Value[], axis: number): Value {
    return this.graph.apply({ op: 'Concat', inputs: [this, ...others], attributes: { axis } });
  }
  /** Takes slices of `axis` by an int32 or int64 index of any shape. */
  gather(index: Value, axis: number): Value {
    return this.graph.apply({ op: 'Gather', inputs: [this, index], attributes: { axis } });
  }
  /** `count` slices along an axis, the first unless given. */
  slice(from: number, count: number, axis = 0): Value {
    const { graph, shape, dtype } = this;
    const end = from + count;
    if (from < 0 || end > this.size(axis))
      this.#fail(`cannot take ${from} to ${end} of ${formatShape(shape)}`);
    if (count === this.size(axis)) return this;
    const along = [from, end, axis].map((index) => graph.int64([index]));
    const types = [{ shape: shape.with(axis, count), dtype }];
    return graph.apply({ op: 'Slice', inputs: [this, ...along], types });
  }
  /** Zeros before and behind, along one axis. */
  pad(axis: number, before: number, behind: number): Value {
    if (before === 0 && behind === 0) return this;
    const { graph, shape, dtype } = this;
    const along = (count: number) => shape.map((_, i) => (i === axis ? count : 0));
    const grown = shape.with(axis, before + this.size(axis) + behind);
    return graph.apply({
      op: 'Pad',
      inputs: [this, graph.int64([...along(before), ...along(behind)])],
      types: [{ shape: grown, dtype }],
    });
  }

  /**
   * Same elements, other axes. A symbolic axis must either keep its place (`[B, 4, 8]` to `[B, 32]`) or be the
   * only symbolic one that does not, because ONNX can infer just one size.
   */
  reshape(shape: Shape): Value {
    const target = this.#reshapeTarget(shape);
    if (formatShape([productOf(shape)]) !== formatShape([productOf(this.shape)])) {
      this.#fail(`cannot reshape ${formatShape(this.shape)} to ${formatShape(shape)}`);
    }
    const types = [{ shape, dtype: this.dtype }];
    return this.graph.apply({ op: 'Reshape', inputs: [this, this.graph.int64(target)], types });
  }

  #reshapeTarget(shape: Shape): number[] {
    const target = shape.map((dim, axis): number => {
      if (typeof dim === 'number') return dim;
      return this.shape[axis] === dim ? 0 : -1;
    });
    if (target.filter((size) => size === -1).length > 1) {
      this.#fail(`${formatShape(this.shape)} to ${formatShape(shape)} leaves more than one size open`);
    }
    return target;
  }

  /** The size of an axis that must be known while building. */
  size(axis: number): number {
    const dim: Dim | undefined = this.shape.at(axis);
    if (typeof dim !== 'number')
      this.#fail(`axis ${axis} of ${formatShape(this.shape)} must have a known size`);
    return dim as number;
  }

  #reduce(op: 'ReduceSum' | 'ReduceMean', axes: readonly number[] | undefined, keepAxes: boolean): Value {
    const { graph, dtype } = this;
    const rank = this.shape.length;
    const gone = new Set((axes ?? [...this.shape.keys()]).map((axis) => (axis < 0 ? axis + rank : axis)));
    // Without axes onnxruntime takes all of them.
    if (gone.size === 0) return this;
    const kept = this.shape.map((dim, axis): Dim => (gone.has(axis) ? 1 : dim));
    const shape = keepAxes ? kept : kept.filter((_, axis) => !gone.has(axis));
    const inputs = [this, graph.int64([...gone])];
    return graph.apply({ op, inputs, attributes: { keepdims: keepAxes ? 1 : 0 }, types: [{ shape, dtype }] });
  }
  #unary(op: string): Value {
    return this.graph.apply({ op, inputs: [this] });
  }
  #binary(op: string, other: Value | number): Value {
    const operand = typeof other === 'number' ? this.graph.scalar(other).cast(this.dtype) : other;
    return this.graph.apply({ op, inputs: [this, operand] });
  }
  #fail(message: string): never {
    throw new GraphError('shape', this.graph.scope, message);
  }
}
