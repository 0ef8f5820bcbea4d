import type { WorkflowDocument, WorkflowLink } from './document.ts';

/** Ids of the nodes that a run executes: those with an effect of their own, and all that they need. */
export function requiredNodes(
  document: WorkflowDocument,
  links: readonly WorkflowLink[],
  isOutput: (type: string) => boolean,
): Set<string> {
  const sources = new Map<string, string[]>();
  for (const { from, to } of links) {
    const list = sources.get(to.node);
    if (list) list.push(from.node);
    else sources.set(to.node, [from.node]);
  }
  const open = document.nodes.filter((node) => isOutput(node.type)).map((node) => node.id);
  const required = new Set(open);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const source of sources.get(id) ?? []) {
      if (required.has(source)) continue;
      required.add(source);
      open.push(source);
    }
  }
  return required;
}
