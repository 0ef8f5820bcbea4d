import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import { parseDocument } from '../../workflows/schema/parseDocument.ts';

/**
 * A workflow of nodes by their id, each with its type and parameters, and of links, `node.port node.port`.
 */
export function workflowOf(
  nodes: Readonly<Record<string, readonly [type: string, params: object]>>,
  links: readonly string[],
): WorkflowDocument {
  const document = {
    format: 'impasto-workflow',
    version: 1,
    title: 'Test',
    description: '',
    groups: [],
    notes: [],
    nodes: Object.entries(nodes).map(([id, [type, params]]) => ({
      id,
      type,
      version: 1,
      params,
      position: { x: 0, y: 0 },
    })),
    links: links.map((text) => {
      const [from, to] = text.split(' ').map((end) => {
        const [node, port] = end.split('.');
        return { node, port };
      });
      return { from, to };
    }),
  };
  return parseDocument(JSON.stringify(document)).document!;
}
