import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { computed } from 'vue';
import { createEditorSession, type EditorSession } from '../../../client/editor/editorSession.ts';
import type { EditorHooks } from '../../../client/editor/editorHooks.ts';
import { fragmentToText } from '../../../client/editor/core/clipboardText.ts';
import { testCatalogue, testDocument, testNode } from './workbench.ts';

const hooks: EditorHooks = {
  uploadPicture: () => Promise.reject(new Error('not here')),
  pictureUrl: (reference) => reference,
  models: () => [],
  settleModels: () => undefined,
  samples: () => [],
  countTokens: () => Promise.reject(new Error('not here')),
  openFilmstrip: () => undefined,
  openPicture: () => undefined,
  openNodeEditor: () => undefined,
  dropFiles: () => undefined,
  report: () => undefined,
};
const descriptions = [...testCatalogue.values()].map(({ description }) => ({
  ...description,
  isOutput: description.type === 'image/mix',
}));
const start = testDocument(
  [testNode('load', 'image/load'), testNode('mix', 'image/mix')],
  ['load.image > mix.a'],
);

let session: EditorSession;
beforeEach(() => {
  vi.useFakeTimers();
  session = createEditorSession({ descriptions, hooks, document: start });
});
afterEach(() => {
  session.dispose();
  vi.useRealTimers();
});

describe('editor session', () => {
  it('shows every change to Vue', () => {
    const shown = computed(() => `${session.document.nodes.length} ${session.canUndo} ${session.canRedo}`);
    expect(shown.value).toBe('2 false false');
    session.addNode('image/blur', { x: 3, y: 5 });
    expect(shown.value).toBe('3 true false');
    session.undo();
    expect(shown.value).toBe('2 false true');
    expect(session.document).toBe(start);
  });

  it('selects what it adds, on the grid, and forgets what is gone', () => {
    const id = session.addNode('image/blur', { x: 3, y: 5 })!;
    expect(session.selection.nodes).toEqual([id]);
    expect(session.document.nodes.at(-1)?.position).toEqual({ x: 0, y: 8 });
    session.undo();
    expect(session.selection.nodes).toEqual([]);
  });

  it('adds a node and its link as one step', () => {
    session.addLinkedNode('image/blur', { x: 0, y: 0 }, { node: 'load', side: 'output', port: 'image' });
    expect(session.document.links).toHaveLength(2);
    session.undo();
    expect(session.document).toBe(start);
  });

  it('makes one step of typing into a parameter, and one of each switch', () => {
    for (const value of [0.1, 0.2, 0.3]) session.setParam('mix', 'amount', value);
    session.undo();
    expect(session.document).toBe(start);
    session.setParam('mix', 'amount', true);
    session.setParam('mix', 'amount', false);
    session.undo();
    expect(session.document.nodes[1]?.params['amount']).toBe(true);
  });

  it('pastes text with new ids, and says when it cannot', () => {
    const text = fragmentToText({ nodes: start.nodes, links: start.links, groups: [], notes: [] });
    expect(session.pasteText(text)).toBe(true);
    expect(session.document.nodes.map((node) => node.id)).toEqual(['load', 'mix', 'load-2', 'mix-2']);
    expect(session.selection.nodes).toEqual(['load-2', 'mix-2']);
    expect(session.pasteText('nothing of ours')).toBe(false);
  });

  it('duplicates a group with what it holds', () => {
    session.select(['load', 'mix']);
    session.groupSelection();
    expect(session.selection.groups).toEqual(['group']);
    session.duplicate();
    expect(session.document.nodes).toHaveLength(4);
    expect(session.document.groups).toHaveLength(2);
  });

  it('finds problems soon after an edit', () => {
    vi.runAllTimers();
    expect(session.problems).toEqual([]);
    session.execute({ kind: 'disconnect', links: ['load:image>mix:a'] });
    vi.runAllTimers();
    expect(session.problems).toMatchObject([{ code: 'missing-input', node: 'mix', port: 'a' }]);
    session.undo();
    vi.runAllTimers();
    expect(session.problems).toEqual([]);
  });

  it('keeps what the server found until the node is edited, not merely moved', () => {
    session.setServerProblems([{ code: 'missing-file', message: 'gone', node: 'load', port: 'amount' }]);
    expect(session.problems).toHaveLength(1);
    session.select(['load']);
    session.nudge(8, 0);
    expect(session.problems).toHaveLength(1);
    session.setParam('load', 'amount', 0.9);
    expect(session.problems).toEqual([]);
  });

  it('opens another workflow without history', () => {
    session.addNode('image/blur');
    session.open(testDocument([]));
    expect([session.canUndo, session.canRedo, session.document.nodes.length]).toEqual([false, false, 0]);
  });
});
