import type { WorkflowNode } from '../../../workflows/schema/document.ts';
import { checkConnection } from '../core/connectionRules.ts';
import type { CatalogueEntry, SocketRef } from '../core/nodeCatalogue.ts';
import { overlaps, type Point } from '../core/rect.ts';
import type { EditorState } from '../session/editorState.ts';
import type { PendingLink } from './connecting.ts';
import type { SocketGeometry } from './socketGeometry.ts';

/** The socket that a link let go over a node's body means: the nearest one that it fits. */
export function nearestSocket(what: {
  readonly state: EditorState;
  readonly geometry: SocketGeometry;
  readonly pending: PendingLink;
  readonly at: Point;
}): SocketRef | undefined {
  const { state, at } = what;
  const node = state.document.value.nodes.findLast((candidate) =>
    overlaps({ ...at, width: 0, height: 0 }, { ...candidate.position, ...state.sizeOf(candidate.id) }),
  );
  const entry = node && state.catalogue.value.get(node.type);
  if (!entry) return undefined;
  const fitting = socketsOf(node, entry, what.pending.held.side === 'output' ? 'input' : 'output').filter(
    (socket) => checkConnection(what.pending.document, state.catalogue.value, [what.pending.held, socket]).ok,
  );
  const taken = new Set(what.pending.document.links.map((link) => `${link.to.node} ${link.to.port}`));
  /** Free inputs come first, whatever their distance; what is folded away is not meant. */
  const distance = (socket: SocketRef): number => {
    const offset = what.geometry.measured(socket);
    if (!offset) return Infinity;
    const used = socket.side === 'input' && taken.has(`${socket.node} ${socket.port}`) ? 10_000 : 0;
    return used + Math.abs(node.position.y + offset.y - at.y);
  };
  return fitting.filter((socket) => distance(socket) < Infinity).sort((a, b) => distance(a) - distance(b))[0];
}

function socketsOf(node: WorkflowNode, entry: CatalogueEntry, side: SocketRef['side']): SocketRef[] {
  const ports = side === 'input' ? entry.inputs : entry.outputs;
  return ports.map((port) => ({ node: node.id, side, port: port.name }));
}
