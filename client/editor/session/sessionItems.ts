import type { WorkflowNode } from '../../../workflows/schema/document.ts';
import { groupFrame } from '../core/arrange.ts';
import { fragmentItems } from '../core/fragment.ts';
import type { EditCommand, Fragment } from '../core/editCommand.ts';
import { freePlace } from '../core/freePlace.ts';
import { freshId, usedIds } from '../core/freshId.ts';
import { newNode, type SocketRef } from '../core/nodeCatalogue.ts';
import { estimateSize } from '../core/nodeSize.ts';
import { itemIds } from '../core/itemIds.ts';
import { fittingPort } from '../core/nodeSearch.ts';
import { denoiserPatches } from '../core/denoiserPatches.ts';
import { splitSampling } from '../core/splitSampling.ts';
import { snap, type Point, type Rect, type Size } from '../core/rect.ts';
import { socketType } from '../core/nodeCatalogue.ts';
import type { EditorState } from './editorState.ts';
import { editorTexts } from '../editorTexts.ts';
import { allRects } from './sessionView.ts';

const NOTE_SIZE = { width: 240, height: 120 };
const ROW_GAP = 48;

export interface SessionItems {
  addNode(type: string, at?: Point): string | undefined;
  /** Adds a node and leads a link from the given socket to the first of its sockets that fits: one undo step. */
  addLinkedNode(type: string, at: Point, socket: SocketRef): string | undefined;
  addNote(at?: Point): void;
  groupSelection(): void;
  /** Splits a sampler in two after a step, with patches of its own for the one that goes on, which is selected: one undo step. */
  continueFrom(node: string, step: number): void;
}

/** Making new things on the canvas. */
export function createItems(state: EditorState): SessionItems {
  const insert = (some: Partial<Fragment>, also: readonly EditCommand[] = []): void => {
    const fragment = { nodes: [], links: [], groups: [], notes: [], ...some };
    state.store.execute({ kind: 'batch', commands: [{ kind: 'insert', fragment }, ...also] });
    state.selection.value = fragmentItems(fragment);
  };
  const make = (type: string, at: Point | undefined): WorkflowNode | undefined => {
    const entry = state.catalogue.value.get(type);
    if (!entry) return undefined;
    const id = freshId(type, usedIds(state.document.value));
    const node = newNode(entry, { id, position: at ?? { x: 0, y: 0 } });
    const position = at ? besideCorners(state, at) : placeFor(state, estimateSize(node, entry));
    return { ...node, position };
  };
  return {
    addNode(type, at) {
      const node = make(type, at);
      if (!node) return undefined;
      insert({ nodes: [node] });
      if (!at) state.canvas.value?.reveal(state.rectOf(node.id)!);
      return node.id;
    },
    addLinkedNode(type, at, socket) {
      const node = make(type, at);
      if (node) insert({ nodes: [node] }, linkTo(state, node, socket));
      return node?.id;
    },
    addNote(at) {
      const place = at ? besideCorners(state, at) : placeFor(state, NOTE_SIZE);
      const id = freshId('note', usedIds(state.document.value));
      insert({ notes: [{ id, text: '', position: place, size: NOTE_SIZE }] });
    },
    continueFrom(node, step) {
      const rect = state.rectOf(node);
      if (!rect) return;
      const document = state.document.value;
      const patches = denoiserPatches(document, node, state.descriptions.value);
      const block = inRow([...patches, node], (id) => state.rectOf(id) ?? rect);
      const around = { x: rect.x, y: rect.y, width: 3 * block.width, height: 2 * block.height };
      const at = freePlace(block, around, allRects(state));
      const place = (id: string): Point => ({ x: at.x + block.left.get(id)!, y: at.y });
      const split = splitSampling(document, { node, step, patches, place });
      if (!split) return;
      state.store.execute(split.command);
      state.selection.value = itemIds({ nodes: [split.id] });
      state.canvas.value?.reveal({ ...block, ...at });
    },
    groupSelection() {
      const frame = groupFrame(selectedRects(state));
      if (!frame) return;
      const id = freshId('group', usedIds(state.document.value));
      const { x, y, ...size } = frame;
      insert({ groups: [{ id, title: editorTexts.newGroup, position: { x, y }, size }] });
    },
  };
}

/** Nodes side by side: how much room they take, and how far from the left each lies. */
function inRow(
  nodes: readonly string[],
  rectOf: (id: string) => Rect,
): Size & { readonly left: ReadonlyMap<string, number> } {
  const left = new Map<string, number>();
  let [width, height] = [0, 0];
  for (const id of nodes) {
    const rect = rectOf(id);
    if (width > 0) width += ROW_GAP;
    left.set(id, width);
    width += rect.width;
    height = Math.max(height, rect.height);
  }
  return { width, height, left };
}

function linkTo(state: EditorState, node: WorkflowNode, socket: SocketRef): EditCommand[] {
  const type = socketType(state.document.value, state.catalogue.value, socket);
  const side = socket.side === 'output' ? 'input' : 'output';
  const port = type && fittingPort(state.catalogue.value.get(node.type)!, { side, type });
  if (!port) return [];
  const [mine, other] = [
    { node: node.id, port },
    { node: socket.node, port: socket.port },
  ];
  return [
    side === 'input'
      ? { kind: 'connect', from: other, to: mine }
      : { kind: 'connect', from: mine, to: other },
  ];
}

function selectedRects(state: EditorState): Rect[] {
  const { nodes, notes } = state.selection.value;
  const noteRects = state.document.value.notes
    .filter((note) => notes.includes(note.id))
    .map((note) => ({ ...note.position, ...note.size }));
  return [...nodes.flatMap((id) => state.rectOf(id) ?? []), ...noteRects];
}

/** Where nothing is covered: neither items nor the frames that would take the new one in. */
function placeFor(state: EditorState, size: Size): Point {
  const seen = state.canvas.value?.seen() ?? { x: 0, y: 0, width: 1600, height: 1000 };
  return freePlace(size, seen, allRects(state));
}

/** A place that was chosen: on the grid, and not exactly over another item. */
function besideCorners(state: EditorState, at: Point): Point {
  const { nodes, notes } = state.document.value;
  const taken = new Set([...nodes, ...notes].map((item) => `${item.position.x} ${item.position.y}`));
  let place = { x: snap(at.x), y: snap(at.y) };
  while (taken.has(`${place.x} ${place.y}`)) place = { x: place.x + 32, y: place.y + 32 };
  return place;
}
