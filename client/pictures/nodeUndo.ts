import type { EditorSession } from '../editor/editorSession.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';

export interface NodeUndo {
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** Whether the next undo or redo is about a node's values: while an editor of it is open, only those are meant. */
export function nodeUndo(session: Pick<EditorSession, 'timeline' | 'document'>, node: string): NodeUndo {
  const timeline = session.timeline();
  const paramsIn = (document: WorkflowDocument | undefined): unknown =>
    document?.nodes.find(({ id }) => id === node)?.params;
  const now = paramsIn(session.document);
  const isOther = (document: WorkflowDocument | undefined): boolean => {
    const params = paramsIn(document);
    return params !== undefined && params !== now;
  };
  return {
    canUndo: timeline !== undefined && isOther(timeline.documents[timeline.at - 1]),
    canRedo: timeline !== undefined && isOther(timeline.documents[timeline.at + 1]),
  };
}
