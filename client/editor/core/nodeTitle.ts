import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import type { NodeDescription } from '../../../workflows/schema/nodeDescription.ts';

/** What people see on a node: the title that it was given, else its type's. */
export function nodeTitle(
  scope: { readonly document: WorkflowDocument; readonly descriptions: ReadonlyMap<string, NodeDescription> },
  id: string,
): string {
  const node = scope.document.nodes.find((candidate) => candidate.id === id);
  return node?.title || scope.descriptions.get(node?.type ?? '')?.title || id;
}
