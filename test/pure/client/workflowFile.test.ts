import { beforeEach, describe, expect, it } from 'vitest';
import { emptyDocument } from '../../../client/editor/core/documentStore.ts';
import { createEditorSession, type EditorSession } from '../../../client/editor/editorSession.ts';
import type { EditorHooks } from '../../../client/editor/editorHooks.ts';
import { WorkflowFile } from '../../../client/workbench/workflowFile.ts';

const hooks: EditorHooks = {
  uploadPicture: () => Promise.reject(new Error('no server')),
  pictureUrl: (reference) => reference,
  models: () => [],
  settleModels: () => undefined,
  samples: () => [],
  countTokens: () => Promise.reject(new Error('not here')),
  openFilmstrip() {},
  openPicture() {},
  openNodeEditor() {},
  dropFiles() {},
  report() {},
};

const [first, second] = [emptyDocument('first'), emptyDocument('second')];
let session: EditorSession;
let file: WorkflowFile;

beforeEach(() => {
  session = createEditorSession({ descriptions: [], hooks });
  file = new WorkflowFile(session);
  file.start(first, { name: 'First', revision: 'r1', saved: first });
});

const retitle = (title: string): void => session.execute({ kind: 'setInfo', title });

describe('the file of a workflow', () => {
  it('is changed by an edit, and not any more when that is undone', () => {
    expect(file.changed).toBe(false);
    retitle('other');
    expect(file.changed).toBe(true);
    session.undo();
    expect(file.changed).toBe(false);
  });

  it('is saved at the document that was sent, not at a later one', () => {
    retitle('sent');
    const sent = session.document;
    retitle('typed while saving');
    file.update({ revision: 'r2', saved: sent });
    expect(file.changed).toBe(true);
    session.undo();
    expect(file.changed).toBe(false);
  });

  it('follows when opening another workflow is undone and redone', () => {
    retitle('first, edited');
    file.replace(second, { name: 'Second', revision: 's1', saved: second });
    expect([file.name, file.changed]).toEqual(['Second', false]);
    retitle('second, edited');
    session.undo();
    session.undo();
    expect([file.name, file.changed, session.document.title]).toEqual(['First', true, 'first, edited']);
    session.redo();
    expect([file.name, file.changed]).toEqual(['Second', false]);
  });

  it('has a run of its own, also after going back and forth', () => {
    file.update({ run: 'run00000001' });
    const { opening } = file;
    file.replace(second, { name: undefined, revision: undefined, saved: second });
    expect(file.state.run).toBeUndefined();
    expect(file.opening).not.toBe(opening);
    file.update({ run: 'run00000002' });
    session.undo();
    expect(file.state.run).toBe('run00000001');
    session.redo();
    expect(file.state.run).toBe('run00000002');
  });

  it('has a new name also after going back and forth', () => {
    file.replace(second, { name: 'Second', revision: 's1', saved: second });
    file.update({ name: 'Renamed' });
    session.undo();
    expect(file.name).toBe('First');
    session.redo();
    expect(file.name).toBe('Renamed');
  });
});
