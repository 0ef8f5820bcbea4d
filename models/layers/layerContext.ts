import { Graph } from '../graph/graph.ts';
import { GraphError } from '../graph/graphError.ts';
import type { Value } from '../graph/value.ts';
import type { Parameters } from '../weights/parameters.ts';

/** How attention is computed: three standard operators, or onnxruntime's fused one (see probeFusedAttention). */
export type AttentionForm = 'plain' | 'fused';

export interface LayerOptions {
  readonly parameters: Parameters;
  readonly attention: AttentionForm;
  /** Scope paths whose values become extra outputs, for comparing with other implementations. */
  readonly expose?: readonly string[];
}

/**
 * Where a layer stands: the prefix of its weights' names (diffusers naming) and its scope in the graph (the original
 * LDM naming, which papers and error messages use).
 */
export class LayerContext {
  readonly graph: Graph;
  readonly attention: AttentionForm;
  readonly #parameters: Parameters;
  readonly #prefix: string;
  readonly #expose: Set<string>;

  constructor(options: LayerOptions, graph = new Graph(), prefix = '', expose = new Set(options.expose)) {
    this.graph = graph;
    this.attention = options.attention;
    this.#parameters = options.parameters;
    this.#prefix = prefix;
    this.#expose = expose;
  }

  /** Builds a sub-layer: `weights` extends the weights' prefix, `scope` the scope; '' leaves either as it is. */
  at<T>(weights: string, scope: string, build: (layer: LayerContext) => T): T {
    const prefix = weights ? join(this.#prefix, weights) : this.#prefix;
    const options = { parameters: this.#parameters, attention: this.attention };
    const inner = new LayerContext(options, this.graph, prefix, this.#expose);
    return scope ? this.graph.within(scope, () => build(inner)) : build(inner);
  }

  /** A sub-layer with one result, which can be exposed under its scope. */
  block(weights: string, scope: string, build: (layer: LayerContext) => Value): Value {
    return this.at(weights, scope, (layer) => layer.reveal('', build(layer)));
  }

  weight(name: string, shape: readonly number[]): Value {
    return this.#parameters.value(this.graph, join(this.#prefix, name), shape);
  }

  exposes(name: string): boolean {
    return this.#expose.has(join(this.graph.scope, name));
  }

  /** Makes the value an output if it was asked for; hands it back. */
  reveal(name: string, value: Value): Value {
    const path = join(this.graph.scope, name);
    if (this.#expose.delete(path)) this.graph.output(path, value);
    return value;
  }

  /** Throws when something was to be exposed that the network does not have. */
  checkExposed(): void {
    const [unknown] = this.#expose;
    if (unknown !== undefined)
      throw new GraphError('unknown-name', '', `there is no layer '${unknown}' to expose`);
  }
}

function join(path: string, name: string): string {
  return path && name ? `${path}.${name}` : path || name;
}
