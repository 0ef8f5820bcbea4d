import { nextTick } from 'vue';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../../client/connection/apiClient.ts';
import { RunList } from '../../../client/connection/runList.ts';
import { RunStore } from '../../../client/connection/runStore.ts';
import { RequestError } from '../../../client/connection/requestError.ts';
import { ServerLink } from '../../../client/connection/serverLink.ts';
import { createEditorSession, type EditorSession } from '../../../client/editor/editorSession.ts';
import type { EditorHooks } from '../../../client/editor/editorHooks.ts';
import { RunControl } from '../../../client/workbench/runControl.ts';
import { Toasts } from '../../../client/workbench/toasts.ts';
import { WorkflowFile } from '../../../client/workbench/workflowFile.ts';
import type { PreviewChoice } from '../../../server/protocol/previews.ts';
import type { RunRecord } from '../../../server/protocol/runs.ts';
import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import { testCatalogue, testDocument, testNode } from '../editor/workbench.ts';
import { FakeSocket } from './fakeSocket.ts';

const [mine, other] = [testNode('load', 'image/load'), { ...testNode('load', 'image/load'), title: 'Other' }];
const first = { ...testDocument([mine]), title: 'First' };
const second = { ...testDocument([{ ...other, params: { amount: 0.9 } }]), title: 'Second' };

let socket: FakeSocket;
let session: EditorSession;
let file: WorkflowFile;
let runs: RunStore;
let toasts: Toasts;
let control: RunControl;
let asked: PreviewChoice | undefined;
const everyThird: PreviewChoice = { kind: 'full', every: 3 };
/** What the server answers instead of running, if anything. */
let refusal: RequestError | undefined;
/** How often the person was asked about models. */
let settling: number;
/** What was asked of runs that go on. */
let wishes: string[];
/** What the server has, by id. */
let records: Map<string, RunRecord>;

function record(id: string, workflow: WorkflowDocument): RunRecord {
  const facts = { id, title: workflow.title, state: 'running', created: '2026-01-01T00:00:00.000Z' } as const;
  const nodes = { load: { state: 'running' } } as const;
  const json = JSON.parse(JSON.stringify(workflow)) as RunRecord['workflow'];
  return { ...facts, workflow: json, nodes, pictures: [], models: [], versions: {}, seq: 1 };
}

beforeEach(() => {
  [refusal, settling] = [undefined, 0];
  wishes = [];
  records = new Map();
  const api = {
    startRun: (workflow: WorkflowDocument, previews: PreviewChoice) => {
      if (refusal) return Promise.reject(refusal);
      asked = previews;
      const id = `run0000000${records.size + 1}`;
      records.set(id, record(id, workflow));
      return Promise.resolve(id);
    },
    runAgain: () => Promise.reject(refusal),
    pauseRun: async (id: string) => {
      wishes.push(`pause ${id}`);
      if (refusal) throw refusal;
    },
    resumeRun: async (id: string) => void wishes.push(`resume ${id}`),
    run: (id: string) =>
      records.has(id) ? Promise.resolve(records.get(id)!) : Promise.reject(new Error('gone')),
    steps: () => Promise.resolve([]),
    runs: () => Promise.resolve({ runs: [], more: false }),
    deleteRun: () => Promise.resolve(),
    restoreRun: () => Promise.resolve(),
  } as unknown as ApiClient;
  socket = new FakeSocket();
  const link = new ServerLink(socket);
  const descriptions = [...testCatalogue.values()].map(({ description }) => description);
  session = createEditorSession({
    descriptions,
    hooks: { models: () => [], settleModels: () => settling++ } as Partial<EditorHooks> as EditorHooks,
  });
  file = new WorkflowFile(session);
  runs = new RunStore({ api, link });
  toasts = new Toasts();
  const runList = new RunList({ api, link, report: () => undefined });
  control = new RunControl({ api, session, file, runs, runList, toasts, previews: () => everyThird });
  file.start(first, { name: 'first', revision: 'r1', saved: first });
});

const marks = (): readonly unknown[] => [runs.record?.id, session.run?.nodes['load']?.state];
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const open = (document: WorkflowDocument): void =>
  file.replace(document, { name: undefined, revision: undefined, saved: document });

it('asks for step pictures as they are chosen', async () => {
  await control.start();
  expect(asked).toEqual(everyThird);
});

describe('a pause', () => {
  let seq = 1;
  const stateIs = (state: RunRecord['state']) => {
    const { id, title, created } = runs.record!;
    socket.receive('event', { kind: 'run', run: id, seq: ++seq, summary: { id, title, created, state } });
  };
  beforeEach(() => (seq = 1));

  it('is asked for once, and taken back by the same button once it is there', async () => {
    await control.togglePause();
    await control.start();
    await control.togglePause();
    await control.togglePause();
    expect(wishes).toEqual(['pause run00000001']);
    expect([control.pausing, control.active?.state]).toEqual([true, 'running']);
    stateIs('paused');
    expect([control.pausing, control.active?.state]).toEqual([false, 'paused']);
    await control.togglePause();
    stateIs('running');
    expect([control.pausing, control.active?.state]).toEqual([false, 'running']);
    expect(wishes).toEqual(['pause run00000001', 'resume run00000001']);
  });

  it('looks the same while only its steps go on', async () => {
    await control.start();
    const { active } = control;
    stateIs('running');
    expect(runs.record!.seq).toBe(2);
    expect(control.active).toBe(active);
    stateIs('paused');
    expect(control.active).toMatchObject({ id: 'run00000001', state: 'paused' });
  });

  it('that is refused is told, and may be asked for again', async () => {
    await control.start();
    refusal = new RequestError('conflict', 'This run is already over.');
    await control.togglePause();
    expect(control.pausing).toBe(false);
    expect(toasts.list[0]!.text).toContain('already over');
  });
});

describe('a run and its workflow', () => {
  it('belong together: opening another workflow shows no run, undoing that shows it again', async () => {
    await control.start();
    expect(marks()).toEqual(['run00000001', 'running']);
    // Its nodes have the same ids, types and values: all the same it did not run.
    open(structuredClone(first));
    await settled();
    expect(marks()).toEqual([undefined, undefined]);
    expect(control.active).toBeUndefined();
    session.undo();
    await settled();
    expect(marks()).toEqual(['run00000001', 'running']);
    session.redo();
    await settled();
    expect(marks()).toEqual([undefined, undefined]);
  });

  it('are found together after a reload', async () => {
    records.set('run00000007', record('run00000007', first));
    file.start(first, { name: undefined, revision: undefined, saved: first, run: 'run00000007' });
    await settled();
    expect(marks()).toEqual(['run00000007', 'running']);
  });

  it('do not get mixed up when another one is opened before the server answers', async () => {
    const starting = control.start();
    open(second);
    await starting;
    await settled();
    expect(records.size).toBe(1);
    expect(marks()).toEqual([undefined, undefined]);
  });

  it('are opened together from the list, which can be undone', async () => {
    await control.start();
    records.set('run00000009', record('run00000009', second));
    await control.look('run00000009');
    expect(session.document).toMatchObject({ title: 'Second', nodes: [{ params: { amount: 0.9 } }] });
    expect([file.name, file.changed]).toEqual([undefined, false]);
    expect(marks()).toEqual(['run00000009', 'running']);
    toasts.list[0]!.action!.run();
    await settled();
    expect([session.document.title, file.name, ...marks()]).toEqual([
      'First',
      'first',
      'run00000001',
      'running',
    ]);
    expect(toasts.list).toEqual([]);
  });

  it('leave an open workflow alone that is the same', async () => {
    records.set(
      'run00000009',
      record('run00000009', { ...first, nodes: [{ ...mine, position: { x: 300, y: 9 } }] }),
    );
    await control.look('run00000009');
    expect([session.document, file.name]).toEqual([first, 'first']);
    expect(marks()).toEqual(['run00000009', 'running']);
  });

  it('part when the run is deleted, and are together again when it is brought back', async () => {
    await control.start();
    await control.remove(records.get('run00000001')!);
    await nextTick();
    expect(marks()).toEqual([undefined, undefined]);
    expect(file.state.run).toBeUndefined();
    toasts.list[0]!.action!.run();
    await settled();
    expect(marks()).toEqual(['run00000001', 'running']);
  });
});

it('says that a run failed, and leads to the node', async () => {
  await control.start();
  const error = { code: 'node-failed', message: 'No room.', node: 'load' };
  const summary = { ...records.get('run00000001')!, state: 'failed', error };
  socket.receive('event', { kind: 'run', run: 'run00000001', seq: 2, summary });
  await nextTick();
  expect(toasts.list).toMatchObject([{ kind: 'error', text: 'The run failed. No room.' }]);
  toasts.list[0]!.action!.run();
  expect(session.selection.nodes).toEqual(['load']);
  open(second);
  session.undo();
  await settled();
  expect(toasts.list).toHaveLength(1);
  // Another workflow, or another run, has no such node, or another fate.
  open(second);
  await settled();
  expect(toasts.list).toEqual([]);
});

it('offers to take an opening back only until something is edited', async () => {
  records.set('run00000009', record('run00000009', second));
  await control.look('run00000009');
  expect(toasts.list).toHaveLength(1);
  session.execute({ kind: 'setInfo', title: 'Edited' });
  await nextTick();
  expect(toasts.list).toEqual([]);
});

describe('a run whose models are not here', () => {
  const problem = { code: 'other-model', message: 'Another one.', node: 'load', port: 'model' } as const;

  it('is not started: the person is asked about them', async () => {
    refusal = new RequestError('problems', 'Another one.', [problem]);
    await control.start();
    expect([settling, toasts.list]).toEqual([1, []]);
    expect(session.problems).toContainEqual(problem);
  });

  it('says anything else as a sentence', async () => {
    const other = { code: 'missing-file', message: 'No picture.', node: 'load', port: 'image' } as const;
    refusal = new RequestError('problems', '2 problems.', [problem, other]);
    await control.start();
    expect([settling, toasts.list.map(({ text }) => text)]).toEqual([0, ['2 problems.']]);
  });

  it('and that is repeated opens its own workflow first', async () => {
    refusal = new RequestError('problems', 'Another one.', [problem]);
    records.set('run00000009', record('run00000009', second));
    await control.again('run00000009');
    expect([session.document.title, settling]).toEqual(['Second', 1]);
  });
});
