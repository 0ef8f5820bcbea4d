import type { WorkflowDocument, WorkflowLink, WorkflowNode } from './document.ts';

/**
 * Which nodes a run is for: the targets that it was asked for by id, otherwise all with an effect of their own. For
 * `requiredNodes`.
 */
export function wantedNodes(
  targets: readonly string[] | undefined,
  isOutput: (type: string) => boolean,
): (node: WorkflowNode) => boolean {
  return targets ? ({ id }) => targets.includes(id) : ({ type }) => isOutput(type);
}

/** Ids of the nodes that a run executes: those that it is for, and all that they need. */
export function requiredNodes(
  document: WorkflowDocument,
  links: readonly WorkflowLink[],
  isWanted: (node: WorkflowNode) => boolean,
): Set<string> {
  const sources = new Map<string, string[]>();
  for (const { from, to } of links) {
    const list = sources.get(to.node);
    if (list) list.push(from.node);
    else sources.set(to.node, [from.node]);
  }
  const open = document.nodes.filter(isWanted).map((node) => node.id);
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
