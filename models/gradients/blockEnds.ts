import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';

/**
 * What each block of a network hands on, as checkpoints for `gradient`: the last value of every run of nodes whose scopes
 * begin with the same two names (`output_blocks.3`, `middle_block.1`).
 */
export function blockEnds({ nodes }: Graph): readonly Value[] {
  const ends: { readonly block: string; value: Value }[] = [];
  for (const { scope, outputs } of nodes) {
    const block = scope.split('.').slice(0, 2).join('.');
    const last = ends.at(-1);
    if (last?.block === block) last.value = outputs[0]!;
    else ends.push({ block, value: outputs[0]! });
  }
  return ends.map(({ value }) => value);
}
