import { nextTick, watch } from 'vue';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunStore } from '../../../client/connection/runStore.ts';
import { ServerLink } from '../../../client/connection/serverLink.ts';
import type { RunEvent } from '../../../server/protocol/events.ts';
import type { RunRecord, StepRecord } from '../../../server/protocol/runs.ts';
import { testDocument, testNode } from '../editor/workbench.ts';
import { FakeSocket } from './fakeSocket.ts';

const RUN = 'run00000001';
const [a, b] = [testNode('a', 'image/load'), testNode('b', 'image/mix')];
const workflow = testDocument([a, b], ['a.image > b.a']);
const recorded = JSON.parse(JSON.stringify(workflow)) as RunRecord['workflow'];

function record(over: Partial<RunRecord> = {}): RunRecord {
  const facts = { id: RUN, title: 'Test', state: 'running', created: '2026-01-01T00:00:00.000Z' } as const;
  const nodes = { a: { state: 'running' }, b: { state: 'waiting' } } as const;
  return { ...facts, workflow: recorded, nodes, pictures: [], models: [], versions: {}, seq: 4, ...over };
}

function stepRecord(seq: number, hasPicture = true): StepRecord {
  return { seq, node: 'a', step: seq, of: 50, timestep: 1000 - seq, hasPicture };
}

const step = (seq: number, of = stepRecord(seq)): RunEvent => ({ kind: 'step', run: RUN, seq, step: of });
const nodeDone = (seq: number): RunEvent => {
  return { kind: 'node', run: RUN, seq, node: 'a', record: { state: 'done', milliseconds: 12 } };
};

let socket: FakeSocket;
let store: RunStore;
let steps: StepRecord[];
/** What the server has of the run. */
let found: RunRecord;

beforeEach(async () => {
  vi.useFakeTimers();
  socket = new FakeSocket();
  steps = [];
  found = record();
  const api = { run: () => Promise.resolve(found), steps: () => Promise.resolve(steps) };
  store = new RunStore({ api, link: new ServerLink(socket) });
  store.setDocument(workflow);
  socket.connect();
  await store.show(RUN);
});
afterEach(() => vi.useRealTimers());

/** What goes on is shown a few times a second. */
const shown = (): unknown => vi.runAllTimers();

describe('following a run', () => {
  it('goes on from the record that it read', () => {
    expect(socket.watches()).toEqual([{ run: RUN, after: 4 }]);
  });

  it('reads the steps after the record, so that none is missed that came in between', async () => {
    let read: (value: RunRecord) => void = () => undefined;
    const api = {
      run: () => new Promise<RunRecord>((resolve) => (read = resolve)),
      steps: () => Promise.resolve([...steps]),
    };
    const other = new RunStore({ api, link: new ServerLink(socket) });
    const shown = other.show(RUN);
    steps = [stepRecord(4)];
    read(record({ seq: 4 }));
    await shown;
    expect(other.steps.map(({ seq }) => seq)).toEqual([4]);
  });

  it('takes every event once, whatever is sent again', () => {
    for (const event of [step(5), step(6), step(5), step(6), step(7)]) socket.receive('event', event);
    shown();
    expect(store.steps.map(({ seq }) => seq)).toEqual([5, 6, 7]);
    expect(store.record?.seq).toBe(7);
  });

  it('reads once more which models ran when the run has ended', async () => {
    const models = [{ name: 'builtin', title: 'Built-in model', hash: 'abc' }];
    found = record({ models, warnings: ['No space for step pictures'] });
    const { id, title, created } = found;
    const summary = { id, title, created, state: 'done', finished: '2026-01-01T00:00:09.000Z' } as const;
    socket.receive('event', step(5));
    socket.receive('event', { kind: 'run', run: RUN, seq: 6, summary });
    await vi.waitFor(() => expect(store.record?.models).toEqual(models));
    expect(store.record).toMatchObject({ state: 'done', seq: 6, warnings: ['No space for step pictures'] });
  });

  it('asks for what it missed, and only once', () => {
    socket.receive('event', step(5));
    socket.receive('event', step(8));
    expect(socket.watches().at(-1)).toEqual({ run: RUN, after: 5 });
    expect(store.record?.seq).toBe(5);
    for (const seq of [6, 7, 8]) socket.receive('event', step(seq));
    shown();
    expect(store.steps.map(({ seq }) => seq)).toEqual([5, 6, 7, 8]);
    expect(socket.watches()).toHaveLength(2);
  });

  it('accepts a gap that the server has itself', () => {
    socket.receive('event', step(9));
    expect(store.record?.seq).toBe(9);
  });

  it('goes on after a lost connection where it stopped', () => {
    socket.receive('event', step(5));
    socket.disconnect();
    socket.connect();
    expect(socket.watches().at(-1)).toEqual({ run: RUN, after: 5 });
    for (const event of [step(6), nodeDone(7)]) socket.receive('event', event);
    expect(store.view?.nodes['a']?.state).toBe('done');
    expect(store.steps).toHaveLength(2);
  });

  it('ignores other runs, and messages that are none', () => {
    socket.receive('event', { ...step(5), run: 'run00000002' });
    socket.receive('event', { kind: 'step', run: RUN, seq: 'five' });
    expect(store.steps).toHaveLength(0);
    expect(store.record?.seq).toBe(4);
  });

  it('shows steps that come by the hundred together, and forgets none', () => {
    const drawn = vi.fn<(count: number) => void>();
    const stop = watch(() => store.steps.length, drawn, { flush: 'sync' });
    const record = vi.fn<() => void>();
    const stopRecord = watch(() => store.record, record, { flush: 'sync' });
    for (let seq = 5; seq < 1_005; seq++) {
      socket.receive('event', step(seq));
      vi.advanceTimersByTime(5);
    }
    shown();
    expect(drawn.mock.calls[0]?.[0]).toBe(1);
    expect(drawn.mock.lastCall?.[0]).toBe(1_000);
    expect(drawn.mock.calls.length).toBeLessThan(40);
    expect(record.mock.calls.length).toBeLessThan(40);
    expect(store.view?.nodes['a']?.livePicture).toBe(`/api/runs/${RUN}/steps/1004/picture`);
    stop();
    stopRecord();
  });

  it('shows at once that a node or the run is over, with the steps before it', () => {
    for (const event of [step(5), step(6), nodeDone(7)]) socket.receive('event', event);
    expect(store.view?.nodes['a']?.state).toBe('done');
    expect(store.steps).toHaveLength(2);
  });

  it('draws no more of a run that is let go', () => {
    for (const seq of [5, 6]) socket.receive('event', step(seq));
    store.clear();
    shown();
    expect(store.record).toBeNull();
    expect(store.steps).toHaveLength(0);
  });

  it('replaces a step whose picture came later', () => {
    socket.receive('event', step(5, stepRecord(5, false)));
    expect(store.view?.nodes['a']?.livePicture).toBeUndefined();
    socket.receive('event', step(6, stepRecord(5)));
    shown();
    expect(store.steps).toEqual([stepRecord(5)]);
    expect(store.view?.nodes['a']?.livePicture).toBe(`/api/runs/${RUN}/steps/5/picture`);
  });

  it('draws only what a node shows anew', async () => {
    const drawn = vi.fn<() => void>();
    watch(() => store.view?.nodes['b'], drawn);
    socket.receive('event', step(5));
    socket.receive('event', nodeDone(6));
    await nextTick();
    expect(drawn).not.toHaveBeenCalled();
  });

  it('shows the pictures of a node by slot', () => {
    const picture = { node: 'b', slot: 'image', file: `${'a'.repeat(64)}.png`, width: 8, height: 8 };
    socket.receive('event', { kind: 'shown', run: RUN, seq: 5, picture });
    expect(store.view?.nodes['b']?.pictures).toEqual({ image: `/api/files/${picture.file}` });
  });

  it('is at rest once it is cleared', () => {
    store.clear();
    expect(socket.emitted.at(-1)).toEqual({ name: 'unwatch', values: [{ run: RUN }] });
    socket.receive('event', step(5));
    expect(store.view).toBeNull();
    expect(store.steps).toHaveLength(0);
  });
});

describe('the workflow that is open', () => {
  const states = () => ['a', 'b'].map((node) => store.view?.nodes[node] && store.view.nodes[node].state);
  const has = (nodes: typeof workflow.nodes, links = workflow.links) =>
    store.setDocument({ ...workflow, nodes, links });

  it('shows nothing of a run that its nodes had no part in', () => {
    has([{ ...a, type: 'image/mix' }, testNode('c', 'image/load')]);
    expect(store.view?.nodes).toEqual({});
    has([a, b]);
    expect(states()).toEqual(['running', 'waiting']);
  });

  it('keeps the marks of what was not edited, and only the pictures of what was', () => {
    const picture = { node: 'b', slot: 'image', file: `${'a'.repeat(64)}.png`, width: 8, height: 8 };
    socket.receive('event', { kind: 'shown', run: RUN, seq: 5, picture });
    has([
      { ...a, position: { x: 99, y: 0 } },
      { ...b, params: { amount: 2 } },
    ]);
    expect(states()).toEqual(['running', undefined]);
    expect(store.view?.nodes['b']?.pictures).toHaveProperty('image');
    has([a, { ...b, params: { amount: 0.5 } }], []);
    expect(states()).toEqual(['running', undefined]);
    has([a, { ...b, params: { amount: 0.5 } }]);
    expect(states()).toEqual(['running', 'waiting']);
  });

  it('shows a node at work also when it is edited meanwhile', () => {
    has([{ ...a, params: { amount: 2 } }, b]);
    expect(states()).toEqual(['running', 'waiting']);
    socket.receive('event', nodeDone(5));
    expect(states()).toEqual([undefined, 'waiting']);
  });

  it('is the one that ran when only places and titles differ', () => {
    expect(store.workflow?.isSame({ ...workflow, title: 'x', nodes: [b, { ...a, title: 'y' }] })).toBe(true);
    expect(store.workflow?.isSame({ ...workflow, nodes: [a] })).toBe(false);
    expect(store.workflow?.isSame({ ...workflow, nodes: [a, b, testNode('c', 'image/mix')] })).toBe(false);
  });
});

describe('live pictures', () => {
  const picture = (seq: number) => {
    return { run: RUN, seq, node: 'a', step: seq, of: 50, mime: 'image/jpeg', bytes: new Uint8Array([seq]) };
  };

  it('are acknowledged, shown, replaced by newer ones and given back', () => {
    const made: string[] = [];
    const gone: string[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation(() => made[made.push(`blob:${made.length}`) - 1]!);
    vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => void gone.push(url));
    const received = vi.fn<() => void>();

    socket.receive('picture', picture(6), received);
    expect(received).toHaveBeenCalledTimes(1);
    expect(store.view?.nodes['a']?.livePicture).toBe('blob:0');
    socket.receive('picture', picture(5), received);
    expect(store.view?.nodes['a']?.livePicture).toBe('blob:0');
    socket.receive('picture', picture(7), received);
    shown();
    expect(store.view?.nodes['a']?.livePicture).toBe('blob:1');
    expect(received).toHaveBeenCalledTimes(3);
    vi.runAllTimers();
    store.clear();
    expect(gone.sort()).toEqual(made.sort());
  });

  it('of other runs are acknowledged all the same', () => {
    const received = vi.fn<() => void>();
    socket.receive('picture', { ...picture(6), run: 'run00000002' }, received);
    expect(received).toHaveBeenCalledTimes(1);
    expect(store.view?.nodes['a']?.livePicture).toBeUndefined();
  });
});

it('shows the run that was asked for last', async () => {
  const answers = new Map<string, (value: RunRecord) => void>();
  const run = (id: string): Promise<RunRecord> => new Promise((resolve) => answers.set(id, resolve));
  const slow = new RunStore({ api: { run, steps: () => Promise.resolve([]) }, link: new ServerLink(socket) });
  const first = slow.show('run0000000a');
  const second = slow.show('run0000000b');
  answers.get('run0000000b')!(record({ id: 'run0000000b' }));
  await second;
  answers.get('run0000000a')!(record({ id: 'run0000000a' }));
  await first;
  expect(slow.record?.id).toBe('run0000000b');
});
