import { formatShape, productOf, type Dim, type Shape } from './dim.ts';
import type { ElementType } from './elementType.ts';
import { GraphError } from './graphError.ts';
import type { Attributes, TensorType } from './operators.ts';

export interface NodeSpec {
  readonly op: string;
  readonly domain?: string;
  readonly inputs: readonly Value[];
  readonly attributes?: Attributes;
  /** For operators whose result does not follow from the input types alone (Reshape, Resize, ...). */
  readonly types?: readonly TensorType[];
}

/** What a value needs of the graph that it belongs to. */
export interface GraphBuilder {
  readonly scope: string;
  apply(spec: NodeSpec): Value;
  constant(values: readonly number[], shape?: Shape): Value;
  scalar(value: number): Value;
  int64(values: readonly number[]): Value;
  absent(): Value;
}

/** A tensor in a graph: a name, a type, and the operators that make new ones. */
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

  add(other: Value): Value {
    return this.#binary('Add', other);
  }
  sub(other: Value): Value {
    return this.#binary('Sub', other);
  }
  mul(other: Value): Value {
    return this.#binary('Mul', other);
  }
  div(other: Value): Value {
    return this.#binary('Div', other);
  }
  matmul(other: Value): Value {
    return this.#binary('MatMul', other);
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
  /** The exact, erf form. */
  gelu(): Value {
    return this.#unary('Gelu');
  }
  softmax(axis = -1): Value {
    return this.graph.apply({ op: 'Softmax', inputs: [this], attributes: { axis } });
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
  /** `count` slices along the first axis. */
  slice(from: number, count: number): Value {
    const { graph } = this;
    if (from + count > this.size(0))
      this.#fail(`cannot take ${from} to ${from + count} of ${formatShape(this.shape)}`);
    const types = [{ shape: [count, ...this.shape.slice(1)], dtype: this.dtype }];
    return graph.apply({
      op: 'Slice',
      inputs: [this, graph.int64([from]), graph.int64([from + count])],
      types,
    });
  }
  /** Zeros before and behind, along one axis. */
  pad(axis: number, before: number, behind: number): Value {
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

  #unary(op: string): Value {
    return this.graph.apply({ op, inputs: [this] });
  }
  #binary(op: string, other: Value): Value {
    return this.graph.apply({ op, inputs: [this, other] });
  }
  #fail(message: string): never {
    throw new GraphError('shape', this.graph.scope, message);
  }
}
