import { beforeEach, describe, expect, it } from 'vitest';
import { emptyDocument } from '../../../client/editor/core/documentStore.ts';
import { createEditorSession, type EditorSession } from '../../../client/editor/editorSession.ts';
import type { EditorHooks } from '../../../client/editor/editorHooks.ts';
import { readUndo, writeUndo } from '../../../client/workbench/undoMemory.ts';
import { WorkflowFile } from '../../../client/workbench/workflowFile.ts';
import { nodeRegistry } from '../../../nodes/index.ts';
import { describeNodes } from '../../../server/engine/describeNode.ts';
import { parseDocument } from '../../../workflows/schema/parseDocument.ts';
import { testModel } from './testModels.ts';

const [first, second] = [emptyDocument('first'), emptyDocument('second')];
const models = [testModel({ name: 'mine.ckpt', hash: 'a'.repeat(64), role: 'diffusion' })];
let session: EditorSession;
let file: WorkflowFile;

function newTab(): void {
  session = createEditorSession({
    descriptions: [...describeNodes(nodeRegistry).values()],
    hooks: { models: () => models } as Partial<EditorHooks> as EditorHooks,
  });
  file = new WorkflowFile(session);
}
beforeEach(() => {
  newTab();
  file.start(first, { name: 'First', revision: 'r1', saved: first });
});

const retitle = (title: string): void => session.execute({ kind: 'setInfo', title });
const now = (): unknown[] => [session.document.title, file.name, file.changed, file.state.run];

/** Goes through what a reload keeps: a text, and the draft. */
function reload(): boolean {
  const { name, revision, run } = file.state;
  const document = parseDocument(structuredClone(session.exported())).document!;
  const text = writeUndo(file.history()!, file.state, session.exported);
  const undo = readUndo(text, { document, name, revision, run, changed: file.changed });
  newTab();
  if (undo) file.resume(undo.history, undo.state);
  return undo !== undefined;
}

describe('undo after a reload', () => {
  it('leads back through the workflows that were open, each with its file and run', () => {
    retitle('first, edited');
    file.update({ run: 'run00000001' });
    file.replace(second, { name: 'Second', revision: 's1', saved: second });
    retitle('second, edited');
    session.undo();
    expect(reload()).toBe(true);
    expect(now()).toEqual(['second', 'Second', false, undefined]);
    session.undo();
    expect(now()).toEqual(['first, edited', 'First', true, 'run00000001']);
    session.undo();
    expect(now()).toEqual(['first', 'First', false, 'run00000001']);
    expect(session.canUndo).toBe(false);
    for (const _ of [1, 2, 3]) session.redo();
    expect(now()).toEqual(['second, edited', 'Second', true, undefined]);
    expect(session.canRedo).toBe(false);
  });

  it('keeps the last steps, and knows what is saved only among them', () => {
    for (let count = 1; count <= 50; count++) retitle(`step ${count}`);
    reload();
    let undone = 0;
    for (; session.canUndo; undone++) session.undo();
    expect(undone).toBe(20);
    expect(now()).toEqual(['step 30', 'First', true, undefined]);
  });

  it('brings back which models were meant, then and before', () => {
    const model = session.addNode('diffusion/load-model')!;
    session.useModel([{ node: model, parameter: 'model' }], 'mine.ckpt');
    retitle('edited');
    expect(reload()).toBe(true);
    const table = { 'mine.ckpt': { hash: 'a'.repeat(64) } };
    expect(session.document).toMatchObject({ title: 'edited', models: table });
    session.undo();
    expect(session.document).toMatchObject({ title: 'first', models: table });
    session.undo();
    expect(session.document.models).toBeUndefined();
  });

  it('is not that of another draft, nor of something that cannot be read', () => {
    retitle('edited');
    const text = writeUndo(file.history()!, file.state, session.exported);
    expect(readUndo(text, { document: second, changed: true })).toBeUndefined();
    for (const bad of [null, 'no JSON', '{}', '{"documents":[1],"at":0,"saved":null,"replacements":[]}'])
      expect(readUndo(bad, { document: second, changed: true })).toBeUndefined();
  });
});
