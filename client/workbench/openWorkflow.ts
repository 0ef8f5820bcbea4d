import { watch } from 'vue';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { EditorSession } from '../editor/editorSession.ts';
import { texts } from '../texts/en.ts';
import type { Toasts } from './toasts.ts';
import type { FileState, WorkflowFile } from './workflowFile.ts';

interface Parts {
  readonly session: EditorSession;
  readonly file: WorkflowFile;
  readonly toasts: Toasts;
}

export interface Opening {
  readonly document: WorkflowDocument;
  readonly state: FileState;
  /** What to say; nothing when left out. */
  readonly text?: string | undefined;
}

/** Puts a workflow in the place of the open one; for as long as nothing is edited, the message can take it back. */
export function openWorkflow({ session, file, toasts }: Parts, { document, state, text }: Opening): void {
  file.replace(document, state);
  session.fit();
  toasts.closeTopic('opened');
  if (text === undefined) return;
  const undo = { title: texts.undo, run: () => session.undo() };
  const id = toasts.show({ kind: 'info', topic: 'opened', text, action: undo });
  const stop = watch(
    () => session.document,
    () => {
      stop();
      toasts.close(id);
    },
  );
}
