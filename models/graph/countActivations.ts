import type { Graph } from './graph.ts';
import { sizeOfDim } from './sizeOfDim.ts';

/** How many numbers all values that a graph computes have together. `sizes` gives the symbolic axes, as for countOperations. */
export function countActivations(graph: Graph, sizes: Readonly<Record<string, number>>): number {
  let count = 0;
  for (const { outputs } of graph.nodes) {
    for (const { shape } of outputs) {
      count += shape.reduce((elements: number, dim) => elements * sizeOfDim(dim, sizes), 1);
    }
  }
  return count;
}
