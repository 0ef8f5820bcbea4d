import { constantBytes } from './constantBytes.ts';
import type { Shape } from './dim.ts';
import type { ElementType } from './elementType.ts';
import { GraphError } from './graphError.ts';
import { inferOutputs } from './inferOutputs.ts';
import type { TensorType } from './tensorType.ts';
import {
  Value,
  type GraphBuilder,
  type GraphNode,
  type Initializer,
  type InitializerData,
  type NodeSpec,
} from './value.ts';

/** A computation under construction: append-only, so its nodes are always in topological order. */
export class Graph implements GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly inputs = new Map<string, Value>();
  readonly outputs = new Map<string, Value>();
  readonly initializers = new Map<string, Initializer>();
  #scope: string[] = [];
  #count = 0;

  /** Path of the layer being built, for errors and node names. */
  get scope(): string {
    return this.#scope.join('.');
  }

  /** Builds a layer under a name; nests. */
  within<T>(name: string, build: () => T): T {
    this.#scope.push(name);
    try {
      return build();
    } finally {
      this.#scope.pop();
    }
  }

  input(name: string, shape: Shape, dtype: ElementType = 'float32'): Value {
    if (this.inputs.has(name)) {
      throw new GraphError('duplicate-name', this.scope, `a second input '${name}'`);
    }
    const value = new Value(this, name, { shape, dtype });
    this.inputs.set(name, value);
    return value;
  }

  /** Makes a value fetchable under `name`. */
  output(name: string, value: Value): void {
    if (this.outputs.has(name)) {
      throw new GraphError('duplicate-name', this.scope, `a second output '${name}'`);
    }
    this.outputs.set(name, value);
  }

  initializer(
    name: string,
    type: TensorType & Pick<Initializer, 'replaceable'>,
    data: InitializerData,
  ): Value {
    if (this.initializers.has(name)) {
      throw new GraphError('duplicate-name', this.scope, `a second initializer '${name}'`);
    }
    const value = new Value(this, name, type);
    this.initializers.set(name, { value, data, ...(type.replaceable ? { replaceable: true } : {}) });
    return value;
  }

  /** A float32 constant, stored in the graph itself. */
  constant(values: ArrayLike<number>, shape: Shape = [values.length]): Value {
    const bytes = constantBytes(values, 'float32');
    return this.initializer(this.#fresh('constant'), { shape, dtype: 'float32' }, { kind: 'memory', bytes });
  }

  scalar(value: number): Value {
    return this.constant([value], []);
  }

  int64(values: readonly number[]): Value {
    const bytes = constantBytes(values, 'int64');
    const type = { shape: [values.length], dtype: 'int64' } as const;
    return this.initializer(this.#fresh('constant'), type, { kind: 'memory', bytes });
  }

  /** Stands for an optional operand that is left out. */
  absent(): Value {
    return new Value(this, '', { shape: [], dtype: 'float32' });
  }

  /** Appends one operator; result types are inferred unless given. Throws GraphError naming the layer. */
  node(spec: NodeSpec): readonly Value[] {
    const { op, domain = '', inputs, attributes = {} } = spec;
    const types = spec.types ?? inferOutputs({ op, inputs, attributes, scope: this.scope });
    const name = this.#fresh(op);
    const outputs = types.map((type, i) => new Value(this, i === 0 ? name : `${name}:${i}`, type));
    this.nodes.push({ op, domain, scope: this.scope, inputs, attributes, outputs });
    return outputs;
  }

  /** `node` for an operator with one result. */
  apply(spec: NodeSpec): Value {
    return this.node(spec)[0]!;
  }

  /** Constants that were taken over from another graph have names of this kind, too. */
  #fresh(kind: string): string {
    const name = `${this.scope ? `${this.scope}/` : ''}${kind}#${this.#count++}`;
    return this.initializers.has(name) ? this.#fresh(kind) : name;
  }
}
