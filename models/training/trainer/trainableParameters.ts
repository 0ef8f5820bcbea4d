import type { Graph } from '../../graph/graph.ts';
import type { Value } from '../../graph/value.ts';
import type { Parameter } from '../../optimisers/optimiser.ts';
import { sameElements } from '../../weights/compareTensors.ts';
import { parameters, type PendingParameters } from '../../weights/parameters.ts';
import { readFloat32 } from '../../weights/readFloat32.ts';
import type { WeightSource } from '../../weights/weightSource.ts';

/** Parameters of which some are trained: those are inputs of the graph, fed at every step. */
export interface TrainableParameters extends PendingParameters {
  /** The trained ones that the layers asked for, in that order, as values of the graph. */
  readonly trained: ReadonlyMap<string, Value>;
  /** Their values to begin with, in that order, as float32. */
  initialValues(): Promise<Float32Array[]>;
}

/** Hands layers the weights of `source`; those that `chosen` picks by name as inputs called as they are, the others fixed. */
export function trainableParameters(
  source: WeightSource,
  chosen: (name: string) => boolean,
): TrainableParameters {
  const fixed = parameters(source);
  const trained = new Map<string, Value>();
  const value = (graph: Graph, name: string, shape: readonly number[]): Value => {
    const known = trained.get(name);
    if (known) return known;
    const stored = source.tensors.get(name);
    // A tensor that does not fit is noted there.
    if (!chosen(name) || !stored || !sameElements(stored.shape, shape))
      return fixed.value(graph, name, shape);
    const input = graph.input(name, shape);
    trained.set(name, input);
    return input;
  };
  return {
    value,
    trained,
    check: () => fixed.check(),
    load: (graph) => fixed.load(graph),
    initialValues: async () => {
      const values: Float32Array[] = [];
      for (const name of trained.keys()) values.push(await readFloat32(source, name));
      return values;
    },
  };
}

/** What an optimiser is told of trained weights. */
export const parametersOf = (trained: ReadonlyMap<string, Value>): Parameter[] =>
  [...trained].map(([name, value]) => ({ name, shape: value.shape as readonly number[] }));
