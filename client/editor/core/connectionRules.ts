import type { WorkflowDocument, WorkflowLink } from '../../../workflows/schema/document.ts';
import type { PortType } from '../../../workflows/schema/nodeDescription.ts';
import { socketType, type NodeCatalogue, type SocketRef } from './nodeCatalogue.ts';

/** Why two sockets cannot be joined. */
export type ConnectionRefusal =
  | { readonly reason: 'same-node' | 'same-side' | 'cycle' | 'duplicate' | 'unknown-socket' }
  | { readonly reason: 'type'; readonly from: PortType; readonly to: PortType };

export type ConnectionCheck =
  | { readonly ok: true; readonly link: WorkflowLink; readonly replaces?: WorkflowLink }
  | { readonly ok: false; readonly refusal: ConnectionRefusal };

/**
 * Whether two sockets, given in any order, can be joined: an output with an input of the same type on another node,
 * without a cycle. A link that the input already has would be replaced.
 */
export function checkConnection(
  document: WorkflowDocument,
  catalogue: NodeCatalogue,
  ends: readonly [SocketRef, SocketRef],
): ConnectionCheck {
  const [a, b] = ends;
  if (a.node === b.node) return refuse({ reason: 'same-node' });
  if (a.side === b.side) return refuse({ reason: 'same-side' });
  const [from, to] = a.side === 'output' ? [a, b] : [b, a];
  const fromType = socketType(document, catalogue, from);
  const toType = socketType(document, catalogue, to);
  if (!fromType || !toType) return refuse({ reason: 'unknown-socket' });
  if (fromType !== toType) return refuse({ reason: 'type', from: fromType, to: toType });
  const replaces = linkInto(document, to.node, to.port);
  if (replaces?.from.node === from.node && replaces.from.port === from.port) {
    return refuse({ reason: 'duplicate' });
  }
  if (reaches(document, to.node, from.node)) return refuse({ reason: 'cycle' });
  const link = { from: { node: from.node, port: from.port }, to: { node: to.node, port: to.port } };
  return replaces ? { ok: true, link, replaces } : { ok: true, link };
}

function refuse(refusal: ConnectionRefusal): ConnectionCheck {
  return { ok: false, refusal };
}

/** The link that feeds an input. */
export function linkInto(document: WorkflowDocument, node: string, port: string): WorkflowLink | undefined {
  return document.links.find((link) => link.to.node === node && link.to.port === port);
}

/** Whether links lead from one node to another. */
export function reaches(document: WorkflowDocument, start: string, goal: string): boolean {
  const next = new Map<string, string[]>();
  for (const { from, to } of document.links) {
    const targets = next.get(from.node);
    if (targets) targets.push(to.node);
    else next.set(from.node, [to.node]);
  }
  const seen = new Set([start]);
  const open = [start];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === goal) return true;
    for (const target of next.get(node) ?? []) {
      if (!seen.has(target)) {
        seen.add(target);
        open.push(target);
      }
    }
  }
  return false;
}
