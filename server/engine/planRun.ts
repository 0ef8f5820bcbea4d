import type { NodeDefinition } from '../../nodes/contract/node.ts';
import type { WorkflowDocument, WorkflowNode } from '../../workflows/schema/document.ts';
import { requiredNodes, wantedNodes } from '../../workflows/schema/requiredNodes.ts';

export interface PlannedInput {
  readonly port: string;
  readonly from: PlannedNode;
  readonly fromPort: string;
}

/** A node that a run may execute, with its definition and where its inputs come from. */
export interface PlannedNode {
  readonly node: WorkflowNode;
  readonly definition: NodeDefinition;
  readonly inputs: PlannedInput[];
  /** Whether the run is for it. */
  readonly isWanted: boolean;
}

/**
 * What the workflow's outputs (or the nodes of the ids `targets`) need, sources before those that use them: an order of dependencies, whatever the
 * order in the file. Expects a workflow that validateWorkflow finds nothing wrong with; throws otherwise.
 */
export function planRun(
  document: WorkflowDocument,
  registry: ReadonlyMap<string, NodeDefinition>,
  targets?: readonly string[],
): PlannedNode[] {
  const isWanted = wantedNodes(targets, (type) => registry.get(type)?.isOutput ?? false);
  const required = requiredNodes(document, document.links, isWanted);
  const planned = new Map<string, PlannedNode>();
  for (const node of document.nodes) {
    if (!required.has(node.id)) continue;
    const definition = registry.get(node.type);
    if (!definition) throw new Error(`There is no node type "${node.type}" (${node.id}).`);
    planned.set(node.id, { node, definition, inputs: [], isWanted: isWanted(node) });
  }
  for (const { from, to } of document.links) {
    const source = planned.get(from.node);
    const target = planned.get(to.node);
    if (target && !source) throw new Error(`The link into ${to.node}.${to.port} comes from nowhere.`);
    if (target && source) target.inputs.push({ port: to.port, from: source, fromPort: from.port });
  }
  return inOrder([...planned.values()]);
}

/** Depth-first, so that a branch is finished before the next begins and its values can be let go; not recursive. */
function inOrder(nodes: readonly PlannedNode[]): PlannedNode[] {
  const order: PlannedNode[] = [];
  const state = new Map<PlannedNode, 'open' | 'done'>();
  for (const root of nodes) {
    const path = [root];
    for (let next = path.at(-1); next; next = path.at(-1)) {
      if (state.get(next) === undefined) {
        state.set(next, 'open');
        for (const { from } of next.inputs) {
          const seen = state.get(from);
          if (seen === 'open') throw new Error(`${from.node.id} is wired in a circle.`);
          if (seen === undefined) path.push(from);
        }
      } else {
        path.pop();
        if (state.get(next) === 'open') {
          state.set(next, 'done');
          order.push(next);
        }
      }
    }
  }
  return order;
}
