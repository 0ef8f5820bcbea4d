import type { RunChanges } from '../../server/protocol/runs.ts';
import type { NodeDescription } from '../../workflows/schema/nodeDescription.ts';
import { texts } from '../texts/en.ts';

/** What tells a run from the one before, in a line: `Gamma 0.5, Steps 20`. */
export function changesText(
  { values, rewired }: RunChanges,
  descriptions: ReadonlyMap<string, NodeDescription>,
): string {
  const parts = values.map(({ node, type, param, value }) => {
    const parameter = descriptions.get(type)?.parameters.find(({ name }) => name === param);
    if (parameter?.control === 'image') return texts.runs.otherPicture(node);
    // "Value" says nothing: of a number, a text or a seed, the node is what has the name.
    return `${param === 'value' ? node : (parameter?.title ?? param)} ${value}`;
  });
  const all = [...new Set(parts), ...(rewired ? [texts.runs.rewired] : [])];
  return all.length === 0 ? texts.runs.unchanged : all.join(', ');
}
