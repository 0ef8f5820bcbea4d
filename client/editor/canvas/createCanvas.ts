import { computed, inject, shallowRef, type ComputedRef, type InjectionKey, type ShallowRef } from 'vue';
import type { WorkflowLink, WorkflowNode } from '../../../workflows/schema/document.ts';
import type { SocketRef } from '../core/nodeCatalogue.ts';
import type { ItemIds } from '../core/itemIds.ts';
import { rectBetween, type Point, type Rect } from '../core/rect.ts';
import type { EditorSession } from '../editorSession.ts';
import type { EditorState } from '../session/editorState.ts';
import { allShown } from '../session/sessionView.ts';
import { createCanvasArea, type CanvasArea } from './canvasArea.ts';
import { createConnecting, type Connecting } from './connecting.ts';
import { nearestSocket } from './nearestSocket.ts';
import { createItemDrag, type ItemDrag } from './itemDrag.ts';
import { itemsWithin } from './itemsWithin.ts';
import { createSocketGeometry, type SocketGeometry } from './socketGeometry.ts';
import { trackPointer } from './trackPointer.ts';
import { createViewport, type Viewport } from './viewport.ts';

/** Where the search for a node was asked for. */
export interface SearchRequest {
  readonly at: Point;
  /** Set when a dragged link was let go: only nodes that it fits are offered. */
  readonly socket?: SocketRef;
}

export interface Obstacle extends Rect {
  readonly id: string;
}

/** A mounted canvas: everything that the views on it share. */
export interface Canvas {
  readonly session: EditorSession;
  readonly area: CanvasArea;
  readonly viewport: Viewport;
  readonly geometry: SocketGeometry;
  readonly connecting: Connecting;
  readonly drag: ItemDrag;
  readonly marquee: Readonly<ShallowRef<Rect | null>>;
  readonly search: ShallowRef<SearchRequest | null>;
  readonly nodes: ComputedRef<ReadonlyMap<string, WorkflowNode>>;
  /** Links by the input that they feed: node, then port. */
  readonly linksInto: ComputedRef<ReadonlyMap<string, ReadonlyMap<string, WorkflowLink>>>;
  /** Names of the outputs that feed anything, by node. */
  readonly linkedOutputs: ComputedRef<ReadonlyMap<string, ReadonlySet<string>>>;
  readonly selectedNodes: ComputedRef<ReadonlySet<string>>;
  readonly selectedLinks: ComputedRef<ReadonlySet<string>>;
  /** Where nodes are, for links to run around; as it was while something is dragged. */
  readonly obstacles: ComputedRef<readonly Obstacle[]>;
  /** The node under the pointer. */
  readonly hovered: ShallowRef<string | null>;
  /** The nodes whose links stand out: the one under the pointer, else those selected. */
  readonly attention: ComputedRef<ReadonlySet<string>>;
  /** Space is held: the pointer pans, whatever is under it. */
  readonly panKey: ShallowRef<boolean>;
  /** A pressed pointer anywhere on the canvas. */
  press(event: PointerEvent): void;
  pointer(): Point | undefined;
  destroy(): void;
}

const canvasKey: InjectionKey<Canvas> = Symbol('canvas');
export { canvasKey };

/** The canvas that a component is drawn on. */
export function useCanvas(): Canvas {
  const canvas = inject(canvasKey);
  if (!canvas) throw new Error('this component belongs on an EditorCanvas');
  return canvas;
}

/** Brings a canvas to life on an element, until `destroy`. */
export function createCanvas(session: EditorSession, container: HTMLElement): Canvas {
  const { state } = session.parts;
  const geometry = createSocketGeometry();
  const search = shallowRef<SearchRequest | null>(null);
  const marquee = shallowRef<Rect | null>(null);
  const panKey = shallowRef(false);
  const hovered = shallowRef<string | null>(null);
  let last: Point | undefined;

  const pans = (event: PointerEvent): boolean =>
    event.button === 1 ||
    (event.button === 0 && (panKey.value || (isEmpty(event, container) && !selects(event))));
  const connecting = createConnecting({
    state,
    execute: (command) => session.execute(command),
    droppedOnEmpty: (socket, at) => (search.value = { at, socket }),
    socketAt: (at, pending) => nearestSocket({ state, geometry, pending, at }),
  });
  const area = createCanvasArea(container, {
    ...connecting,
    pans,
    moved(to) {
      last = to;
      connecting.moved(to);
    },
  });
  const viewport = createViewport(area, () => ({
    width: container.clientWidth,
    height: container.clientHeight,
  }));
  const steady = keepSteady(container, viewport);
  const pansHere = (event: PointerEvent): boolean => event.button === 1 || panKey.value;
  const drag = createItemDrag(session, { zoom: () => area.transform.value.k, pans: pansHere });

  const press = (event: PointerEvent): void => {
    const free = isEmpty(event, container) || (selects(event) && isLink(event));
    if (event.button !== 0 || panKey.value || !free) return;
    const before = session.selection;
    const start = area.toCanvas({ x: event.clientX, y: event.clientY });
    const chosen = (rect: Rect): ItemIds =>
      itemsWithin({ state, rect, before: event.shiftKey ? before : undefined });
    trackPointer(event, {
      moved(_dx, _dy, { clientX, clientY }) {
        if (!selects(event)) return;
        marquee.value = rectBetween(start, area.toCanvas({ x: clientX, y: clientY }));
        session.select(chosen(marquee.value));
      },
      ended(dragged) {
        marquee.value = null;
        if (!dragged && !selects(event)) session.select([]);
      },
    });
  };

  const handle = {
    sizeOf: geometry.sizeOf,
    seen: viewport.seen,
    centre: viewport.centre,
    reveal: viewport.reveal,
    pointer: () => last,
    screenToCanvas: area.toCanvas,
    whenMeasured: (callback: () => void) => whenMeasured({ session, geometry }, callback),
    show: viewport.show,
    centreOn: viewport.centreOn,
    zoomBy: viewport.zoomBy,
    openNodeSearch: (at: Point) => (search.value = { at }),
  };
  state.canvas.value = handle;
  return {
    session,
    area,
    viewport,
    geometry,
    connecting,
    drag,
    marquee,
    search,
    panKey,
    press,
    obstacles: computed((before) => (before && drag.active.value ? before : obstacles(state, before))),
    hovered,
    attention: computed(() => new Set(hovered.value === null ? session.selection.nodes : [hovered.value])),
    ...lookups(session),
    pointer: () => last,
    destroy() {
      if (state.canvas.value === handle) state.canvas.value = null;
      steady();
      geometry.dispose();
      area.destroy();
    },
  };
}

function lookups(
  session: EditorSession,
): Pick<Canvas, 'nodes' | 'linksInto' | 'linkedOutputs' | 'selectedNodes' | 'selectedLinks'> {
  // In two stages: moving a node must not make every node look at all links again.
  const links = computed(() => session.document.links);
  return {
    nodes: computed(() => new Map(session.document.nodes.map((node) => [node.id, node]))),
    linksInto: computed(() => {
      const byNode = new Map<string, Map<string, WorkflowLink>>();
      for (const link of links.value) {
        const ports = byNode.get(link.to.node) ?? new Map<string, WorkflowLink>();
        byNode.set(link.to.node, ports.set(link.to.port, link));
      }
      return byNode;
    }),
    linkedOutputs: computed(() => {
      const byNode = new Map<string, Set<string>>();
      for (const { from } of links.value)
        byNode.set(from.node, (byNode.get(from.node) ?? new Set()).add(from.port));
      return byNode;
    }),
    selectedNodes: computed(() => new Set(session.selection.nodes)),
    selectedLinks: computed(() => new Set(session.selection.links)),
  };
}

/** Only in workflows of a size that people look at as a whole: in thousands of nodes there are no gaps to see. */
const MOST_OBSTACLES = 200;

/** The same list while no node moved: every new value makes a new document, and links have nothing to do then. */
function obstacles(state: EditorState, before: readonly Obstacle[] = []): readonly Obstacle[] {
  const { nodes } = state.document.value;
  if (nodes.length > MOST_OBSTACLES) return [];
  const now = nodes.map(({ id, position }): Obstacle => ({ id, ...position, ...state.sizeOf(id) }));
  const same = (a: Obstacle, b: Obstacle | undefined): boolean =>
    a.id === b?.id && a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
  return now.length === before.length && now.every((one, at) => same(one, before[at])) ? before : now;
}

/** Shift or Ctrl: dragging on the empty canvas selects instead of moving the view. */
function selects(event: PointerEvent): boolean {
  return event.shiftKey || event.ctrlKey || event.metaKey;
}

function isEmpty(event: PointerEvent, container: HTMLElement): boolean {
  const target = event.target as Element;
  return container.contains(target) && !target.closest('[data-item]');
}

/** A frame may begin on a link: they are everywhere between nodes. */
function isLink({ target }: PointerEvent): boolean {
  return (target as Element).closest('[data-item=link]') !== null;
}

/** New nodes are drawn with the next update of the view and measured with the next layout. */
function whenMeasured(
  { session, geometry }: Pick<Canvas, 'session' | 'geometry'>,
  callback: () => void,
  frames = 30,
): void {
  const ready = session.document.nodes.every((node) => geometry.sizeOf(node.id));
  if (ready || frames === 0) callback();
  else requestAnimationFrame(() => whenMeasured({ session, geometry }, callback, frames - 1));
}

/** Panels come and go beside the canvas. Returns how to stop. */
function keepSteady(container: HTMLElement, viewport: Viewport): () => void {
  let before = container.getBoundingClientRect();
  const observer = new ResizeObserver(() => {
    const now = container.getBoundingClientRect();
    viewport.relocated({ x: now.left - before.left, y: now.top - before.top });
    before = now;
  });
  observer.observe(container);
  return () => observer.disconnect();
}

/** The first view of a workflow: all of it, at once. */
export function showAll({ session, geometry, viewport }: Canvas): void {
  whenMeasured({ session, geometry }, () => {
    viewport.show(() => allShown(session.parts.state), false);
  });
}
