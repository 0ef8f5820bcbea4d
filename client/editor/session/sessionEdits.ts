import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import type { EditCommand, ParamValue } from '../core/editCommand.ts';
import { handedOn } from '../core/handedOn.ts';
import type { Timeline } from '../core/documentHistory.ts';
import { noItems } from '../core/itemIds.ts';
import { placesOf } from '../core/moveItems.ts';
import type { EditorState } from './editorState.ts';
import { withContents } from './sessionClipboard.ts';

export interface ExecuteOptions {
  /** Edits in a row with the same `merge` are one undo step (a drag, typing into one field). */
  readonly merge?: string;
}

export interface SessionEdits {
  /** Opens a workflow: forgets history and selection. Use `execute({ kind: 'replace', ... })` to be able to undo. */
  open(document: WorkflowDocument): void;
  /** Everything that undo and redo lead to; undefined when there is nothing. */
  timeline(): Timeline | undefined;
  /** Opens the workflow that was open in a timeline, with its undo and redo. */
  resume(timeline: Timeline): void;
  execute(command: EditCommand, options?: ExecuteOptions): void;
  undo(): void;
  redo(): void;
  /** Changes to one parameter in a row are one undo step; on/off values are a step each. */
  setParam(node: string, name: string, value: ParamValue): void;
  /** Puts a node's parameters back to their defaults, pictures and models excepted. */
  resetParams(node: string): void;
  removeSelection(): void;
  /** Moves the selection by canvas pixels (arrow keys). */
  nudge(dx: number, dy: number): void;
}

/** Changing the workflow. */
export function createEdits(state: EditorState): SessionEdits {
  const execute = (command: EditCommand, options: ExecuteOptions = {}): void => {
    state.store.execute(command, options.merge);
  };
  const show = (open: () => void): void => {
    state.selection.value = noItems;
    open();
    state.opened.value++;
  };
  return {
    execute,
    open: (document) => show(() => state.store.open(document)),
    timeline: () => state.store.timeline(),
    resume: (timeline) => show(() => state.store.resume(timeline)),
    undo() {
      state.store.undo();
    },
    redo() {
      state.store.redo();
    },
    setParam(node, name, value) {
      const merge = typeof value === 'boolean' ? {} : { merge: `param ${node} ${name}` };
      execute({ kind: 'setParam', node, name, value }, merge);
    },
    resetParams(node) {
      const found = state.document.value.nodes.find((candidate) => candidate.id === node);
      const parameters = found ? (state.descriptions.value.get(found.type)?.parameters ?? []) : [];
      const commands = parameters
        .filter(({ control }) => control !== 'image' && control !== 'model')
        .map((parameter): EditCommand => {
          const { document, catalogue } = state;
          const scope = { document: document.value, catalogue: catalogue.value };
          const { name, default: value } = handedOn(scope, node, parameter);
          return { kind: 'setParam', node, name, value };
        });
      execute({ kind: 'batch', commands });
    },
    removeSelection() {
      execute({ kind: 'remove', items: state.selection.value });
    },
    nudge(dx, dy) {
      const places = placesOf(state.document.value, withContents(state));
      const moves = places.map((place) => ({ ...place, x: place.x + dx, y: place.y + dy }));
      execute({ kind: 'move', moves }, { merge: `nudge ${places.map((place) => place.id).join(' ')}` });
    },
  };
}
