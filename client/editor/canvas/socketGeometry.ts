import { shallowReactive } from 'vue';
import type { SocketRef } from '../core/nodeCatalogue.ts';
import type { Point, Size } from '../core/rect.ts';

/** Where the sockets of a folded node, and of one not drawn yet, are. */
const HEADER_MIDDLE = 18;

/** Sizes of nodes and places of sockets within them, measured when a node's size changes and never while dragging. */
export interface SocketGeometry {
  sizeOf(node: string): Size | undefined;
  /** The socket's middle, from its node's top left corner. Reactive. */
  offsetOf(socket: SocketRef, width: number): Point;
  /** The same, only of a socket that is drawn. */
  measured(socket: SocketRef): Point | undefined;
  addNode(node: string, root: HTMLElement): () => void;
  addSocket(socket: SocketRef, element: HTMLElement): () => void;
  dispose(): void;
}

const keyOf = (socket: SocketRef): string => `${socket.node} ${socket.side} ${socket.port}`;

/** Watches the sizes of all nodes with one observer. */
export function createSocketGeometry(): SocketGeometry {
  const sizes = shallowReactive(new Map<string, Size>());
  const offsets = shallowReactive(new Map<string, Point>());
  const nodeOf = new WeakMap<Element, string>();
  const sockets = new Map<string, Map<string, HTMLElement>>();

  const measure = (root: HTMLElement): void => {
    const node = nodeOf.get(root);
    if (node === undefined) return;
    sizes.set(node, { width: root.offsetWidth, height: root.offsetHeight });
    for (const [key, element] of sockets.get(node) ?? []) {
      const next = middle(element, root);
      const last = offsets.get(key);
      if (next.x !== last?.x || next.y !== last.y) offsets.set(key, next);
    }
  };
  const observer = new ResizeObserver((entries) => {
    for (const entry of entries) measure(entry.target as HTMLElement);
  });

  return {
    sizeOf: (node) => sizes.get(node),
    offsetOf: (socket, width) =>
      offsets.get(keyOf(socket)) ?? { x: socket.side === 'input' ? 0 : width, y: HEADER_MIDDLE },
    measured: (socket) => offsets.get(keyOf(socket)),
    addNode(node, root) {
      nodeOf.set(root, node);
      observer.observe(root);
      return () => {
        observer.unobserve(root);
        sizes.delete(node);
      };
    },
    addSocket(socket, element) {
      const key = keyOf(socket);
      const own = sockets.get(socket.node) ?? new Map<string, HTMLElement>();
      sockets.set(socket.node, own.set(key, element));
      return () => {
        if (own.get(key) !== element) return;
        own.delete(key);
        offsets.delete(key);
      };
    },
    dispose: () => observer.disconnect(),
  };
}

function middle(element: HTMLElement, root: HTMLElement): Point {
  let x = element.offsetWidth / 2;
  let y = element.offsetHeight / 2;
  for (let at: Element | null = element; at instanceof HTMLElement && at !== root; at = at.offsetParent) {
    x += at.offsetLeft;
    y += at.offsetTop;
  }
  return { x, y };
}
