import type { WorkflowDocument, WorkflowNode } from '../../workflows/schema/document.ts';
import type { Problem } from '../../workflows/schema/problem.ts';
import type { Library } from './library.ts';

/**
 * Parameters of the run's nodes that do not go together. Where one of them is wired, its value is not known yet, and the
 * node says it when its turn comes.
 */
export function refusedParameters(
  { nodes, links }: WorkflowDocument,
  required: ReadonlySet<string>,
  library: Library,
): Problem[] {
  const isWired = ({ id, type }: WorkflowNode): boolean => {
    const parameters = new Set(library.nodes.get(type)?.parameters.map(({ name }) => name));
    return links.some(({ to }) => to.node === id && parameters.has(to.port));
  };
  return nodes.flatMap((node) => {
    const refusal = required.has(node.id) && !isWired(node) ? library.refusal(node) : undefined;
    if (!refusal) return [];
    const { message, ...port } = refusal;
    const title = library.nodes.get(node.type)?.title ?? node.type;
    return [{ code: 'bad-parameter', message: `${title} (${node.id}): ${message}`, node: node.id, ...port }];
  });
}
