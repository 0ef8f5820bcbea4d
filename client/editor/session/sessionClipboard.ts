import { adoptFragment, fragmentItems, fragmentOrigin, takeFragment } from '../core/fragment.ts';
import { settleModels, withModels, type ModelScope } from '../core/fragmentModels.ts';
import { fragmentFromText, fragmentToText } from '../core/clipboardText.ts';
import type { Fragment } from '../core/editCommand.ts';
import { groupContents } from '../core/groupContents.ts';
import type { ItemIds } from '../core/itemIds.ts';
import { snap, type Point } from '../core/rect.ts';
import type { EditorHooks } from '../editorHooks.ts';
import type { EditorState } from './editorState.ts';

const PASTE_OFFSET = 32;

export interface SessionClipboard {
  /** The selection as text; undefined when nothing that can be copied is selected. */
  selectionText(): string | undefined;
  copy(): Promise<void>;
  paste(): Promise<void>;
  pasteText(text: string, at?: Point): boolean;
  duplicate(): void;
}

/** Copying and pasting. Keeps its own copy too: browsers give no clipboard to pages without https. */
export function createClipboard(state: EditorState, hooks: Pick<EditorHooks, 'models'>): SessionClipboard {
  let kept: string | undefined;

  const scope = (): ModelScope => {
    return {
      document: state.document.value,
      descriptions: state.descriptions.value,
      models: hooks.models(),
    };
  };
  const selected = (): Fragment =>
    withModels(takeFragment(state.document.value, withContents(state)), scope());
  const insert = (fragment: Fragment, offset: Point): void => {
    const adopted = adoptFragment(state.document.value, settleModels(fragment, scope()), offset);
    state.store.execute({ kind: 'insert', fragment: adopted });
    state.selection.value = fragmentItems(adopted);
  };
  const clipboard: SessionClipboard = {
    selectionText() {
      const fragment = selected();
      if (isEmpty(fragment)) return undefined;
      kept = fragmentToText(fragment);
      return kept;
    },
    async copy() {
      const text = clipboard.selectionText();
      // Without permission the kept copy still serves this page.
      if (text) await navigator.clipboard?.writeText(text).catch(() => undefined);
    },
    async paste() {
      const text = await navigator.clipboard?.readText().catch(() => undefined);
      if (text === undefined || !clipboard.pasteText(text)) clipboard.pasteText(kept ?? '');
    },
    pasteText(text, at = state.canvas.value?.pointer()) {
      const fragment = fragmentFromText(text);
      if (!fragment || isEmpty(fragment)) return false;
      insert(fragment, pasteOffset(state, fragment, at));
      return true;
    },
    duplicate() {
      const fragment = selected();
      if (!isEmpty(fragment)) insert(fragment, { x: PASTE_OFFSET, y: PASTE_OFFSET });
    },
  };
  return clipboard;
}

/** The selection with what its groups hold. */
export function withContents(state: EditorState): ItemIds {
  const { nodes, groups, notes, links } = state.selection.value;
  const held = groupContents(state.document.value, groups, state.sizeOf);
  return {
    nodes: [...new Set([...nodes, ...held.nodes])],
    groups: [...new Set([...groups, ...held.groups])],
    notes: [...new Set([...notes, ...held.notes])],
    links,
  };
}

function isEmpty(fragment: Fragment): boolean {
  return fragment.nodes.length + fragment.groups.length + fragment.notes.length === 0;
}

/** To where the pointer is; else beside the original, further on when something was pasted there before. */
function pasteOffset(state: EditorState, fragment: Fragment, at: Point | undefined): Point {
  const origin = fragmentOrigin(fragment);
  if (at) return { x: snap(at.x) - origin.x, y: snap(at.y) - origin.y };
  const taken = new Set(state.document.value.nodes.map((node) => `${node.position.x} ${node.position.y}`));
  let offset = PASTE_OFFSET;
  while (taken.has(`${origin.x + offset} ${origin.y + offset}`)) offset += PASTE_OFFSET;
  return { x: offset, y: offset };
}
