import { shallowRef, triggerRef, type ShallowRef } from 'vue';
import type { RunView } from '../../connection/runView.ts';
import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import type { NodeDescription } from '../../../workflows/schema/nodeDescription.ts';
import { createCatalogue, type NodeCatalogue } from '../core/nodeCatalogue.ts';
import { DocumentStore, emptyDocument } from '../core/documentStore.ts';
import { noItems, type ItemIds } from '../core/itemIds.ts';
import { pruneSelection } from '../core/selection.ts';
import { estimateSize } from '../core/nodeSize.ts';
import type { Rect, Size } from '../core/rect.ts';
import type { CanvasHandle } from './canvasHandle.ts';

/** The store's state as Vue sees it, and what only the view knows. Parts of a session share it. */
export interface EditorState {
  readonly store: DocumentStore;
  readonly document: Readonly<ShallowRef<WorkflowDocument>>;
  readonly revision: Readonly<ShallowRef<number>>;
  readonly canUndo: Readonly<ShallowRef<boolean>>;
  readonly canRedo: Readonly<ShallowRef<boolean>>;
  readonly selection: ShallowRef<ItemIds>;
  readonly catalogue: Readonly<ShallowRef<NodeCatalogue>>;
  readonly descriptions: Readonly<ShallowRef<ReadonlyMap<string, NodeDescription>>>;
  readonly run: ShallowRef<RunView | null>;
  readonly zoom: ShallowRef<number>;
  /** Counts workflows opened: the canvas shows each as a whole. */
  readonly opened: ShallowRef<number>;
  readonly canvas: ShallowRef<CanvasHandle | null>;
  setDescriptions(descriptions: readonly NodeDescription[]): void;
  sizeOf(node: string): Size;
  rectOf(node: string): Rect | undefined;
}

/** Mirrors a document store into shallow refs: one write per edit, whatever the size of the workflow. */
export function createEditorState(
  descriptions: readonly NodeDescription[],
  opened?: WorkflowDocument,
): EditorState {
  const store = new DocumentStore(opened ?? emptyDocument(), createCatalogue(descriptions));
  const document = shallowRef(store.document);
  const revision = shallowRef(0);
  const canUndo = shallowRef(false);
  const canRedo = shallowRef(false);
  const selection = shallowRef<ItemIds>(noItems);
  const catalogue = shallowRef(store.catalogue);
  const byType = shallowRef(typeMap(descriptions));
  const canvas = shallowRef<CanvasHandle | null>(null);

  store.subscribe(() => {
    document.value = store.document;
    revision.value++;
    canUndo.value = store.canUndo;
    canRedo.value = store.canRedo;
    selection.value = pruneSelection(selection.value, store.document);
  });

  const sizeOf = (id: string): Size => {
    const measured = canvas.value?.sizeOf(id);
    if (measured) return measured;
    const node = store.document.nodes.find((candidate) => candidate.id === id);
    return node ? estimateSize(node, catalogue.value.get(node.type)) : { width: 0, height: 0 };
  };
  return {
    store,
    document,
    revision,
    canUndo,
    canRedo,
    selection,
    catalogue,
    descriptions: byType,
    run: shallowRef(null),
    zoom: shallowRef(1),
    opened: shallowRef(0),
    canvas,
    setDescriptions(next) {
      store.catalogue = createCatalogue(next);
      catalogue.value = store.catalogue;
      byType.value = typeMap(next);
      triggerRef(document);
    },
    sizeOf,
    rectOf(id) {
      const node = store.document.nodes.find((candidate) => candidate.id === id);
      return node && { ...node.position, ...sizeOf(id) };
    },
  };
}

function typeMap(descriptions: readonly NodeDescription[]): ReadonlyMap<string, NodeDescription> {
  return new Map(descriptions.map((description) => [description.type, description]));
}
