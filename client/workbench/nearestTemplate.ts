import type { WorkflowDocument } from '../../workflows/schema/document.ts';

export interface Template {
  readonly name: string;
  readonly document: WorkflowDocument;
}

/**
 * Of templates, the one that has most of a workflow's nodes, of those the one with the fewest other kinds of work, and then
 * the smallest. What is done with pictures says more of what a person wants than the models and samplers that nearly every
 * workflow has. What trains a model is only for those who meant to. Undefined when none has any of the nodes.
 */
export function nearestTemplate(
  workflow: WorkflowDocument,
  templates: readonly Template[],
): Template | undefined {
  const asked = countTypes(workflow);
  const [best] = templates
    .filter(({ document }) => trains(workflow) || !trains(document))
    .map((template) => {
      const offered = countTypes(template.document);
      return { template, shared: sharedWeight(asked, offered), other: otherFamilies(asked, offered) };
    })
    .filter(({ shared }) => shared > 0)
    .toSorted(
      (a, b) =>
        b.shared - a.shared ||
        a.other - b.other ||
        a.template.document.nodes.length - b.template.document.nodes.length,
    );
  return best?.template;
}

function trains({ nodes }: WorkflowDocument): boolean {
  return nodes.some(({ type }) => type.startsWith('train/'));
}

type Counts = ReadonlyMap<string, number>;

function countTypes({ nodes }: WorkflowDocument): Counts {
  const counts = new Map<string, number>();
  for (const { type } of nodes) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

const machinery: ReadonlySet<string> = new Set(['diffusion', 'latent', 'values']);

const familyOf = (type: string): string => type.split('/')[0]!;

/** Who has no masks should not need to draw one. */
function otherFamilies(asked: Counts, offered: Counts): number {
  const known = new Set([...machinery, ...[...asked.keys()].map(familyOf)]);
  return new Set([...offered.keys()].map(familyOf).filter((family) => !known.has(family))).size;
}

function sharedWeight(asked: Counts, offered: Counts): number {
  let sum = 0;
  for (const [type, count] of asked) {
    sum += Math.min(count, offered.get(type) ?? 0) * (machinery.has(familyOf(type)) ? 0.5 : 1);
  }
  return sum;
}
