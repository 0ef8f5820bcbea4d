import { inlineGraph } from '../../gradients/inlineGraph.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Value } from '../../graph/value.ts';
import { readFloat32 } from '../../weights/readFloat32.ts';
import type { WeightSource } from '../../weights/weightSource.ts';
import { trainableParameters, type TrainableParameters } from '../trainer/trainableParameters.ts';

export interface InlinedNetwork {
  readonly outputs: ReadonlyMap<string, Value>;
  /** What of it is trained, by the names that `trained` gave. */
  readonly trained: ReadonlyMap<string, { readonly value: Value; read(): Promise<Float32Array> }>;
}

/**
 * Builds a network and copies it into a graph that is to be trained. `inputs` are what it looks at; an input that is not
 * among them is made one of the graph. `trained` names a weight that is trained; undefined for one that is not.
 */
export async function inlineNetwork(
  target: Graph,
  options: {
    readonly scope: string;
    readonly weights: WeightSource;
    readonly sizes: Readonly<Record<string, number>>;
    readonly inputs: Readonly<Record<string, Value>>;
    readonly trained?: (name: string) => string | undefined;
    build(parameters: TrainableParameters): Graph;
  },
): Promise<InlinedNetwork> {
  const { scope, weights, sizes, inputs, trained: nameOf = () => undefined } = options;
  const parameters = trainableParameters(weights, (name) => nameOf(name) !== undefined);
  const source = options.build(parameters);
  parameters.check();
  await parameters.load(source);
  const trained = new Map<string, { value: Value; read(): Promise<Float32Array> }>();
  const outputs = inlineGraph(target, source, {
    scope,
    sizes,
    bind: (name, { shape, dtype }) => {
      const given = inputs[name];
      if (given) return given;
      const own = parameters.trained.has(name) ? nameOf(name) : undefined;
      const value = target.input(own ?? name, shape, dtype);
      if (own !== undefined) trained.set(own, { value, read: () => readFloat32(weights, name) });
      return value;
    },
  });
  return { outputs, trained };
}
