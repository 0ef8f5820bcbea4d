import { elementTypes } from './elementType.ts';
import type { Graph } from './graph.ts';
import { sizeOfDim } from './sizeOfDim.ts';
import type { Value } from './value.ts';

/**
 * The most bytes that what a graph computes takes at one time, where operators run in the order in which they were
 * appended, every value is forgotten after its last use, and outputs are kept: what the memory of a run is held against.
 * What is fed and what is constant does not count. `sizes` gives the symbolic axes, as for countOperations.
 */
export function peakBytes(graph: Graph, sizes: Readonly<Record<string, number>>): number {
  const stored = storages(graph);
  const bytesOf = ({ shape, dtype }: Value): number =>
    shape.reduce((product: number, dim) => product * sizeOfDim(dim, sizes), elementTypes[dtype].bytes);
  const lastUse = new Map<Value, number>();
  for (const [i, { inputs, outputs }] of graph.nodes.entries()) {
    for (const value of [...inputs, ...outputs]) lastUse.set(stored(value), i);
  }
  for (const value of graph.outputs.values()) lastUse.delete(stored(value));
  let [bytes, most] = [0, 0];
  for (const [i, { inputs, outputs }] of graph.nodes.entries()) {
    const made = outputs.filter((value) => stored(value) === value);
    for (const value of made) bytes += bytesOf(value);
    most = Math.max(most, bytes);
    for (const value of new Set([...inputs, ...outputs].map(stored))) {
      if (lastUse.get(value) === i && isComputed(value)) bytes -= bytesOf(value);
    }
  }
  return most;

  function isComputed({ name }: Value): boolean {
    return name !== '' && !graph.inputs.has(name) && !graph.initializers.has(name);
  }
}

/** Operators that copy nothing. */
const views = new Set(['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']);

/** The value in whose memory another one lies. */
function storages({ nodes }: Graph): (value: Value) => Value {
  const origins = new Map<Value, Value>();
  for (const { op, inputs, outputs } of nodes) {
    if (!views.has(op)) continue;
    origins.set(outputs[0]!, origins.get(inputs[0]!) ?? inputs[0]!);
  }
  return (value) => origins.get(value) ?? value;
}
