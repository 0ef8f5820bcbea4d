import { beforeEach, describe, expect, it } from 'vitest';
import { createEditorSession, type EditorSession } from '../../../client/editor/editorSession.ts';
import type { EditorHooks } from '../../../client/editor/editorHooks.ts';
import { nodeRegistry } from '../../../nodes/index.ts';
import { describeNodes } from '../../../server/engine/describeNode.ts';
import type { ModelSummary } from '../../../server/protocol/models.ts';
import { testModel } from '../client/testModels.ts';
import { toyDocument } from '../engine/toyNodes.ts';

const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];
const builtin = testModel({ name: 'builtin', builtin: true });

/** A tab of somebody's browser, with one node that loads a model. */
function tab(name: string, models: readonly ModelSummary[], table?: Record<string, object>): EditorSession {
  const document = toyDocument({ load: ['diffusion/load-model', { model: name }] }, []);
  return createEditorSession({
    descriptions: [...describeNodes(nodeRegistry).values()],
    hooks: { models: () => models } as Partial<EditorHooks> as EditorHooks,
    document: table ? { ...document, models: table } : document,
  });
}
/** All of one workflow is copied into another. */
function paste(from: EditorSession, to: EditorSession): void {
  from.selectAll();
  expect(to.pasteText(from.selectionText()!)).toBe(true);
}
const named = ({ document }: EditorSession): unknown[] => document.nodes.map(({ params }) => params['model']);

let theirs: EditorSession;
beforeEach(() => {
  theirs = tab('sd.ckpt', [testModel({ name: 'sd.ckpt', hash: A })]);
});

describe('nodes that are pasted', () => {
  it('bring along what identifies their models, and undo takes it away', () => {
    const mine = tab('builtin', [builtin]);
    paste(theirs, mine);
    expect(mine.document.models).toMatchObject({ 'sd.ckpt': { hash: A } });
    mine.undo();
    expect(mine.document.models).toBeUndefined();
  });

  it('bring along what was said of models that are not here', () => {
    const mine = tab('builtin', [builtin]);
    paste(tab('gone.ckpt', [], { 'gone.ckpt': { hash: B, title: 'Gone' } }), mine);
    expect(mine.document.models).toEqual({ 'gone.ckpt': { hash: B, title: 'Gone' } });
  });

  it('mean the same model where another one has its name', () => {
    const mine = tab('sd.ckpt', [testModel({ name: 'sd.ckpt', hash: B })]);
    paste(theirs, mine);
    paste(theirs, mine);
    expect(named(mine)).toEqual(['sd.ckpt', 'sd.ckpt (2)', 'sd.ckpt (2)']);
    expect(mine.exported().models).toMatchObject({ 'sd.ckpt': { hash: B }, 'sd.ckpt (2)': { hash: A } });
  });

  it('say nothing new of a model that the workflow has, nor of the built-in one', () => {
    const mine = tab('sd.ckpt', [builtin, testModel({ name: 'sd.ckpt', hash: A })]);
    paste(theirs, mine);
    mine.selectAll();
    mine.duplicate();
    paste(tab('builtin', [builtin]), mine);
    expect(named(mine)).toEqual(['sd.ckpt', 'sd.ckpt', 'sd.ckpt', 'sd.ckpt', 'builtin']);
    expect(mine.document.models).toBeUndefined();
  });
});
