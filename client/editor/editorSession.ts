import { inject, provide, type InjectionKey } from 'vue';
import type { RunView } from '../connection/runView.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { NodeDescription } from '../../workflows/schema/nodeDescription.ts';
import type { Problem } from '../../workflows/schema/problem.ts';
import type { EditCommand, ParamValue } from './core/editCommand.ts';
import type { ItemIds } from './core/itemIds.ts';
import type { Point } from './core/rect.ts';
import type { EditorHooks } from './editorHooks.ts';

export interface ExecuteOptions {
  /** Edits in a row with the same `merge` are one undo step (a drag, typing into one field). */
  readonly merge?: string;
}

/**
 * One open workflow and everything that a person can do to it. Properties are reactive (read them in templates,
 * computed values and watchers); nothing may be written to them: all changes go through the methods.
 */
export interface EditorSession {
  readonly hooks: EditorHooks;
  /** Immutable: every edit makes a new one, undo brings the very same object back, so `===` tells what is saved. */
  readonly document: WorkflowDocument;
  /** Counts up with every edit, undo, redo and open. */
  readonly revision: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly selection: ItemIds;
  /** Found here while editing, then those that the server answered and that have not been edited away. */
  readonly problems: readonly Problem[];
  readonly descriptions: ReadonlyMap<string, NodeDescription>;
  readonly run: RunView | null;
  /** Zoom of the canvas, 1 = 100 %. */
  readonly zoom: number;

  setDescriptions(descriptions: readonly NodeDescription[]): void;
  /** Opens a workflow: forgets history and selection. Use `execute({ kind: 'replace', ... })` to be able to undo. */
  open(document: WorkflowDocument): void;
  execute(command: EditCommand, options?: ExecuteOptions): void;
  undo(): void;
  redo(): void;

  /** Adds a node and selects it; without a place, in the middle of what is seen. Returns its id. */
  addNode(type: string, at?: Point): string | undefined;
  setParam(node: string, name: string, value: ParamValue): void;
  removeSelection(): void;
  duplicate(): void;
  copy(): Promise<void>;
  cut(): Promise<void>;
  paste(): Promise<void>;
  /** Pastes a copied part, or a whole workflow, given as JSON text. False when the text is neither. */
  pasteText(text: string, at?: Point): boolean;
  /** Puts a new frame around the selection. */
  groupSelection(): void;
  addNote(at?: Point): void;

  /** Selects nodes (or any items); replaces the selection. */
  select(items: readonly string[] | ItemIds): void;
  selectAll(): void;
  /** Pans to a node, selects it and lets it flash. */
  focus(node: string): void;
  fit(): void;
  arrange(): void;
  zoomBy(factor: number): void;
  /** From viewport (clientX, clientY) to canvas coordinates. */
  screenToCanvas(point: Point): Point;
  /** Opens the search for a node to add, at a canvas point or in the middle of what is seen. */
  openNodeSearch(at?: Point): void;

  setRun(view: RunView | null): void;
  /** What the server answered to a run (422); shown until the node concerned is edited. */
  setServerProblems(problems: readonly Problem[]): void;
  dispose(): void;
}

export interface EditorSessionOptions {
  readonly descriptions: readonly NodeDescription[];
  readonly hooks: EditorHooks;
  readonly document?: WorkflowDocument;
}

const sessionKey: InjectionKey<EditorSession> = Symbol('editor session');

/** Makes the session available to the components below; call in `setup`. */
export function provideEditorSession(session: EditorSession): void {
  provide(sessionKey, session);
}

/** The session of the editor that a component is part of. */
export function useEditorSession(): EditorSession {
  const session = inject(sessionKey);
  if (!session) throw new Error('useEditorSession() needs provideEditorSession() above it');
  return session;
}

/** Starts a session on an empty workflow, or the given one. */
export function createEditorSession(options: EditorSessionOptions): EditorSession {
  throw new Error(`not implemented yet (${options.descriptions.length} node types)`);
}
