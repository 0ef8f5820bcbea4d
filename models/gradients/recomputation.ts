import { isRandom } from '../graph/isRandom.ts';
import type { GraphNode, Value } from '../graph/value.ts';
import { after } from './after.ts';
import { carryRule, differentiatedOperands } from './gradientRule.ts';

/** Operands and results of a node, as its gradient rule is to see them. */
export interface Operands {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/**
 * Which forward values a gradient uses: those that were computed going forward, or, between checkpoints, copies that are
 * computed again once the gradient has come so far. Checkpoints cut the forward nodes into segments in the order in which
 * they were appended; what a later segment takes from an earlier one (a skip connection) is kept as well. The last
 * segment is not repeated: its gradient follows at once.
 */
export class Recomputation {
  readonly #segments: readonly (readonly GraphNode[])[];
  readonly #segmentOf = new Map<GraphNode, number>();
  /** In which segment a value was computed first. */
  readonly #madeIn = new Map<Value, number>();
  readonly #kept = new Set<Value>();
  readonly #copies = new Map<Value, Value>();
  readonly #repeated = new Set<number>();

  constructor(forward: readonly GraphNode[], checkpoints: readonly Value[]) {
    const cuts = new Set(checkpoints);
    const segments: GraphNode[][] = [[]];
    for (const node of forward) {
      const index = segments.length - 1;
      segments[index]!.push(node);
      this.#segmentOf.set(node, index);
      for (const input of node.inputs) if (this.#madeIn.get(input) !== index) this.#kept.add(input);
      for (const output of node.outputs) {
        this.#madeIn.set(output, index);
        if (isRandom(node.op)) this.#kept.add(output);
      }
      if (node !== forward.at(-1) && node.outputs.some((output) => cuts.has(output))) segments.push([]);
    }
    this.#segments = segments;
  }

  /** `gradient` is what has arrived at the node: nothing is computed again before it is there. */
  operandsOf(node: GraphNode, gradient: Value): Operands {
    const segment = this.#segmentOf.get(node)!;
    const inputs = differentiatedOperands(node);
    if (segment === this.#segments.length - 1) return { inputs, outputs: node.outputs };
    if (!this.#repeated.has(segment)) this.#repeat(segment, gradient);
    const again = (value: Value): Value => this.#copies.get(value) ?? value;
    return { inputs: inputs.map(again), outputs: node.outputs.map(again) };
  }

  #repeat(segment: number, gradient: Value): void {
    this.#repeated.add(segment);
    const entrances = new Map<Value, Value>();
    const enter = (input: Value): Value => {
      if (!this.#madeIn.has(input)) return input;
      const known = entrances.get(input) ?? after(input, [gradient]);
      entrances.set(input, known);
      return known;
    };
    const again = (input: Value): Value => this.#copies.get(input) ?? enter(input);
    const { graph } = gradient;
    for (const node of this.#segments[segment]!) {
      const { outputs } = node;
      if (outputs.every((output) => this.#kept.has(output))) continue;
      const copies = graph.node({ ...node, inputs: node.inputs.map(again), types: outputs });
      carryRule(node, graph.nodes.at(-1)!, again);
      for (const [i, output] of outputs.entries()) {
        if (!this.#kept.has(output)) this.#copies.set(output, copies[i]!);
      }
    }
  }
}
