import { shallowRef, type ShallowRef } from 'vue';
import type { RunView } from '../../connection/runView.ts';
import type { Shown } from '../canvas/fitView.ts';
import { arrangeCommand } from '../core/arrange.ts';
import { itemIds, type ItemIds } from '../core/itemIds.ts';
import { boundsOf, type Point, type Rect } from '../core/rect.ts';
import { allItems } from '../core/selection.ts';
import type { EditorState } from './editorState.ts';

export interface SessionView {
  /** Selects nodes (or any items); replaces the selection. */
  select(items: readonly string[] | ItemIds): void;
  selectAll(): void;
  /** Pans to a node, selects it and lets it flash. */
  focus(node: string): void;
  /** Shows the selection, or without one the whole workflow. */
  fit(): void;
  /** Lays out the selected nodes, or without a selection of several all of them. */
  arrange(): void;
  zoomBy(factor: number): void;
  /** From viewport (clientX, clientY) to canvas coordinates. */
  screenToCanvas(point: Point): Point;
  /** Opens the search for a node to add, at a canvas point or in the middle of what is seen. */
  openNodeSearch(at?: Point): void;
  setRun(view: RunView | null): void;
}

export interface Flash {
  readonly node: string;
  readonly count: number;
}

/** Looking at the workflow: selection, pan and zoom. `flash` tells the canvas which node to let flash. */
export function createView(state: EditorState): SessionView & { flash: Readonly<ShallowRef<Flash>> } {
  const flash = shallowRef<Flash>({ node: '', count: 0 });
  const select = (items: readonly string[] | ItemIds): void => {
    state.selection.value = 'nodes' in items ? items : itemIds({ nodes: items });
  };
  return {
    flash,
    select,
    selectAll: () => select(allItems(state.document.value)),
    focus(node) {
      const rect = state.rectOf(node);
      if (!rect) return;
      select([node]);
      state.canvas.value?.centreOn(rect);
      flash.value = { node, count: flash.value.count + 1 };
    },
    fit() {
      state.canvas.value?.whenMeasured(() => {
        const { nodes } = state.selection.value;
        state.canvas.value?.show(() => (nodes.length > 1 ? someShown(state, nodes) : allShown(state)));
      });
    },
    arrange() {
      const { nodes } = state.selection.value;
      const chosen = nodes.length > 1 ? nodes : state.document.value.nodes.map((node) => node.id);
      if (chosen.length > 0) {
        state.store.execute(arrangeCommand(state.document.value, chosen, state.sizeOf));
      }
    },
    zoomBy: (factor) => state.canvas.value?.zoomBy(factor),
    screenToCanvas: (point) => state.canvas.value?.screenToCanvas(point) ?? point,
    openNodeSearch: (at) => {
      const canvas = state.canvas.value;
      canvas?.openNodeSearch(at ?? canvas.centre());
    },
    setRun(view) {
      state.run.value = view;
    },
  };
}

function someShown(state: EditorState, nodes: readonly string[]): Shown | undefined {
  const solid = nodes.flatMap((id) => state.rectOf(id) ?? []);
  const bounds = boundsOf(solid);
  return bounds && { bounds, solid };
}

/** The whole workflow; undefined when it is empty. */
export function allShown(state: EditorState): Shown | undefined {
  const bounds = boundsOf(allRects(state));
  return bounds && { bounds, solid: solidRects(state) };
}

/** Every placed item. */
export function allRects(state: EditorState): Rect[] {
  const groups = state.document.value.groups.map((group): Rect => ({ ...group.position, ...group.size }));
  return [...solidRects(state), ...groups];
}

/** Nodes and notes: what covers what lies under it. */
export function solidRects(state: EditorState): Rect[] {
  const { nodes, notes } = state.document.value;
  return [
    ...nodes.map((node): Rect => ({ ...node.position, ...state.sizeOf(node.id) })),
    ...notes.map((note): Rect => ({ ...note.position, ...note.size })),
  ];
}
