import type { WorkflowDocument } from '../../workflows/schema/document.ts';

export interface Template {
  readonly name: string;
  readonly document: WorkflowDocument;
}

/** Of templates, the one that is most like a workflow: by the types of their nodes. Undefined when none has any of them. */
export function nearestTemplate(
  workflow: WorkflowDocument,
  templates: readonly Template[],
): Template | undefined {
  const own = countTypes(workflow);
  const [best] = templates
    .map((template) => ({ template, likeness: likeness(own, countTypes(template.document)) }))
    .filter((candidate) => candidate.likeness > 0)
    .toSorted((a, b) => b.likeness - a.likeness);
  return best?.template;
}

type Counts = ReadonlyMap<string, number>;

function countTypes({ nodes }: WorkflowDocument): Counts {
  const counts = new Map<string, number>();
  for (const { type } of nodes) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

/** What both have over what either has: 1 for the same nodes, 0 for nothing in common. */
function likeness(a: Counts, b: Counts): number {
  let [both, either] = [0, 0];
  for (const type of new Set([...a.keys(), ...b.keys()])) {
    const [first, second] = [a.get(type) ?? 0, b.get(type) ?? 0];
    both += Math.min(first, second);
    either += Math.max(first, second);
  }
  return either === 0 ? 0 : both / either;
}
