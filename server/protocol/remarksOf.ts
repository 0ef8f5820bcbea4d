import type { NodeRecord } from './runs.ts';

/** What a node's run has to say about the node's own values: never an error, but not what was asked for either. */
export function remarksOf({ notes = {} }: Pick<NodeRecord, 'notes'>): string[] {
  return [notes['rounded'], notes['warning']].filter((note) => note !== undefined).map(String);
}
