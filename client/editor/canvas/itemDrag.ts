import { shallowRef, type ShallowRef } from 'vue';
import { itemIds, type ItemIds, type ItemKind } from '../core/itemIds.ts';
import { moveCommand, placesOf } from '../core/moveItems.ts';
import { toggleItems } from '../core/selection.ts';
import type { EditorSession } from '../editorSession.ts';
import { withContents } from '../session/sessionClipboard.ts';
import { trackPointer } from './trackPointer.ts';

export interface ItemDrag {
  readonly active: Readonly<ShallowRef<boolean>>;
  /** A pressed pointer on an item: selects it, and moves the selection when dragged. */
  press(event: PointerEvent, kind: ItemKind, id: string): void;
}

export interface ItemDragView {
  zoom(): number;
  /** The pressed pointer moves the view instead. */
  pans(event: PointerEvent): boolean;
}

const INTERACTIVE = 'button, input, textarea, select, a, [role=slider], [role=switch], [data-no-drag]';

let drags = 0;

/** Selecting and moving items with the pointer; all moves of one drag are one undo step. */
export function createItemDrag(session: EditorSession, view: ItemDragView): ItemDrag {
  const active = shallowRef(false);
  return {
    active,
    press(event, kind, id) {
      if (view.pans(event)) return;
      if (event.button !== 0 || (event.target as Element).closest(INTERACTIVE)) {
        if (event.button === 0 && !isSelected(session.selection, kind, id)) session.select(one(kind, id));
        return;
      }
      const adds = event.shiftKey || event.ctrlKey || event.metaKey;
      const before = session.selection;
      if (adds) session.select(toggleItems(before, one(kind, id)));
      else if (!isSelected(before, kind, id)) session.select(one(kind, id));
      const places = placesOf(session.document, withContents(session.parts.state));
      const held = places.find((place) => place.kind === kind && place.id === id);
      if (!held) return;
      const merge = `drag ${++drags}`;
      trackPointer(event, {
        started: () => (active.value = true),
        moved: (dx, dy) => {
          const k = view.zoom();
          session.execute(moveCommand(places, held, { x: dx / k, y: dy / k }), { merge });
        },
        ended: (dragged) => {
          active.value = false;
          if (!dragged && !adds) session.select(one(kind, id));
        },
        cancelled: () => {
          active.value = false;
          session.undo();
        },
      });
    },
  };
}

function one(kind: ItemKind, id: string): ItemIds {
  return itemIds({ [`${kind}s`]: [id] });
}

function isSelected(selection: ItemIds, kind: ItemKind, id: string): boolean {
  return selection[`${kind}s`].includes(id);
}
