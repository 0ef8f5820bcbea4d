import type { Dim } from './dim.ts';
import type { Graph } from './graph.ts';
import { sizeOfDim } from './sizeOfDim.ts';
import type { GraphNode } from './value.ts';

/** Floating-point operations of one run, a multiplication and an addition counted as two. */
export interface OperationCount {
  readonly convolution: number;
  /** Linear layers and other matrix products. */
  readonly linear: number;
  readonly attention: number;
  readonly total: number;
}

/**
 * Counts the arithmetic of a graph, as papers state it: convolutions, matrix products and attention; element-wise
 * work and normalisation are left out. `sizes` gives the symbolic axes (`B`, `contextTokens`). Hooked self-attention is
 * counted as plain, every row attending to its own tokens. Throws RangeError for a size that is not given.
 */
export function countOperations(graph: Graph, sizes: Readonly<Record<string, number>>): OperationCount {
  const count = { convolution: 0, linear: 0, attention: 0 };
  const known = { ...ownKeys(graph), ...sizes };
  const sizeOf = (dim: Dim | undefined): number => sizeOfDim(dim, known);
  for (const node of graph.nodes) {
    if (node.op === 'Conv') count.convolution += convolution(node, sizeOf);
    else if (node.op === 'MultiHeadAttention') count.attention += fusedAttention(node, sizeOf);
    else if (node.op === 'Gemm') count.linear += product(node, sizeOf);
    else if (node.op === 'MatMul') {
      // Heads make attention the only product of four axes.
      count[node.inputs[0]!.shape.length === 4 ? 'attention' : 'linear'] += product(node, sizeOf);
    }
  }
  return { ...count, total: count.convolution + count.linear + count.attention };
}

/** How many tokens each hooked self-attention has of its own (see attentionHook). */
function ownKeys(graph: Graph): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const [name, value] of graph.outputs) {
    if (name.endsWith('.k')) sizes[`${name.slice(0, -2)}.keys`] = value.size(1);
  }
  return sizes;
}

/** Of one convolution, as countOperations counts it. */
export function convolutionOperations(node: GraphNode, sizes: Readonly<Record<string, number>>): number {
  return convolution(node, (dim) => sizeOfDim(dim, sizes));
}

type SizeOf = (dim: Dim | undefined) => number;

function elements(shape: readonly Dim[], sizeOf: SizeOf): number {
  return shape.reduce((count: number, dim) => count * sizeOf(dim), 1);
}

function convolution({ inputs, outputs }: GraphNode, sizeOf: SizeOf): number {
  const [, ...window] = inputs[1]!.shape;
  return 2 * elements(outputs[0]!.shape, sizeOf) * elements(window, sizeOf);
}

function product({ inputs, outputs }: GraphNode, sizeOf: SizeOf): number {
  return 2 * elements(outputs[0]!.shape, sizeOf) * sizeOf(inputs[0]!.shape.at(-1));
}

/** Query times key, then probabilities times value. */
function fusedAttention({ inputs }: GraphNode, sizeOf: SizeOf): number {
  return 4 * elements(inputs[0]!.shape, sizeOf) * sizeOf(inputs[1]!.shape[1]);
}
