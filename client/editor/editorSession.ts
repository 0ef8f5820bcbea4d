import { inject, markRaw, provide, proxyRefs, type InjectionKey } from 'vue';
import type { RunView } from '../connection/runView.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { NodeDescription } from '../../workflows/schema/nodeDescription.ts';
import type { Problem } from '../../workflows/schema/problem.ts';
import type { ItemIds } from './core/itemIds.ts';
import type { EditorHooks } from './editorHooks.ts';
import { createEditorState, type EditorState } from './session/editorState.ts';
import { createClipboard, type SessionClipboard } from './session/sessionClipboard.ts';
import { createEdits, type SessionEdits } from './session/sessionEdits.ts';
import { createModels, type SessionModels } from './session/sessionModels.ts';
import { createItems, type SessionItems } from './session/sessionItems.ts';
import { watchProblems, type SessionProblems } from './session/sessionProblems.ts';
import { createView, type SessionView } from './session/sessionView.ts';

/** What the canvas itself works with; the application around it needs only the session's own members. */
export interface SessionParts {
  readonly state: EditorState;
  readonly problems: SessionProblems;
  readonly flash: ReturnType<typeof createView>['flash'];
}

/**
 * One open workflow and everything that a person can do to it. Properties are reactive (read them in templates,
 * computed values and watchers); nothing may be written to them: all changes go through the methods.
 */
export interface EditorSession
  extends SessionEdits, SessionItems, SessionModels, SessionView, SessionClipboard {
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
  readonly parts: SessionParts;

  setDescriptions(descriptions: readonly NodeDescription[]): void;
  cut(): Promise<void>;
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
  const state = createEditorState(options.descriptions, options.document);
  const problems = watchProblems(state, options.hooks);
  const { flash, ...view } = createView(state);
  const clipboard = createClipboard(state, options.hooks);
  const edits = createEdits(state);
  const { document, revision, canUndo, canRedo, selection, descriptions, run, zoom } = state;
  return proxyRefs({
    hooks: options.hooks,
    document,
    revision,
    canUndo,
    canRedo,
    selection,
    descriptions,
    run,
    zoom,
    problems: problems.all,
    parts: markRaw({ state, problems, flash }),
    ...edits,
    ...createItems(state),
    ...createModels(state, options.hooks),
    ...view,
    ...clipboard,
    cut: async () => {
      const copied = clipboard.copy();
      edits.removeSelection();
      await copied;
    },
    setDescriptions: state.setDescriptions,
    setServerProblems: problems.setServerProblems,
    dispose: problems.dispose,
  });
}
