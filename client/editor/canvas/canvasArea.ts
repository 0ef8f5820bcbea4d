import { NodeEditor, type ClassicPreset, type GetSchemes } from 'rete';
import { AreaPlugin, Drag, type RenderSignal } from 'rete-area-plugin';
import { ConnectionPlugin, type Side } from 'rete-connection-plugin';
import { shallowRef, type ShallowRef } from 'vue';
import type { SocketRef } from '../core/nodeCatalogue.ts';
import type { Point } from '../core/rect.ts';
import { ConnectFlow, type ConnectEvents } from './connectFlow.ts';

type Schemes = GetSchemes<
  ClassicPreset.Node,
  ClassicPreset.Connection<ClassicPreset.Node, ClassicPreset.Node> & { isPseudo?: boolean }
>;
type SocketSignal = RenderSignal<'socket', { nodeId: string; side: Side; key: string }>;

export interface Transform extends Point {
  /** Zoom: screen pixels per canvas pixel. */
  readonly k: number;
}

export const ZOOM = { min: 0.1, max: 2.5 } as const;

export interface CanvasAreaOptions extends ConnectEvents {
  /** Whether a pressed pointer moves the view. */
  pans(event: PointerEvent): boolean;
}

/** Pan, zoom and dragging from sockets. What nodes and links look like is none of its business. */
export interface CanvasArea {
  /** The element that moves and scales with the view. */
  readonly holder: HTMLElement;
  readonly transform: Readonly<ShallowRef<Transform>>;
  setTransform(transform: Transform): void;
  toCanvas(client: Point): Point;
  /** Lets links be dragged from and to an element. Returns how to stop. */
  registerSocket(element: HTMLElement, socket: SocketRef): () => void;
  /** Ends a drag from a socket without a link. */
  cancelConnect(): void;
  destroy(): void;
}

/**
 * Rete's area and connection plugins on one element. Rete renders and stores nothing here (its graph stays empty):
 * the workflow lives in the document store, and one Vue app draws it into `holder`.
 */
export function createCanvasArea(container: HTMLElement, options: CanvasAreaOptions): CanvasArea {
  const editor = new NodeEditor<Schemes>();
  const area = new AreaPlugin<Schemes, SocketSignal>(container);
  const connection = new ConnectionPlugin<Schemes, SocketSignal>();
  editor.use(area);
  area.use(connection);
  connection.addPreset(() => new ConnectFlow(options));

  const transform = shallowRef<Transform>({ ...area.area.transform });
  area.area.setDragHandler(new Drag({ down: options.pans, move: () => true }));
  area.addPipe((signal) => {
    if (signal.type === 'zoom') {
      // A double click on empty canvas adds a node instead.
      if (signal.data.source === 'dblclick') return undefined;
      const zoom = Math.min(ZOOM.max, Math.max(ZOOM.min, signal.data.zoom));
      return { ...signal, data: { ...signal.data, zoom } };
    }
    if (signal.type === 'zoomed' || signal.type === 'translated') {
      transform.value = { ...area.area.transform };
    }
    if (signal.type === 'pointermove') options.moved(signal.data.position);
    return signal;
  });

  return {
    holder: area.area.content.holder,
    transform,
    setTransform({ k, x, y }) {
      void area.area.zoom(k, 0, 0).then(() => area.area.translate(x, y));
    },
    toCanvas(client) {
      const { left, top } = container.getBoundingClientRect();
      const { x, y, k } = area.area.transform;
      return { x: (client.x - left - x) / k, y: (client.y - top - y) / k };
    },
    registerSocket(element, { node, side, port }) {
      const data = { type: 'socket', element, nodeId: node, side, key: port } as const;
      void area.emit({ type: 'render', data });
      return () => void area.emit({ type: 'unmount', data: { element } });
    },
    cancelConnect: () => connection.drop(),
    destroy: () => area.destroy(),
  };
}
