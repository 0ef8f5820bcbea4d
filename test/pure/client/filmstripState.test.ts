import { nextTick, shallowReactive } from 'vue';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RunStore } from '../../../client/connection/runStore.ts';
import type { EditorSession } from '../../../client/editor/editorSession.ts';
import { FilmstripState } from '../../../client/workbench/filmstripState.ts';
import type { RunRecord, StepRecord } from '../../../server/protocol/runs.ts';

const step = (seq: number, node: string, at = seq): StepRecord => {
  return { seq, node, step: seq, of: 50, timestep: 1000 - seq, hasPicture: true, at };
};
const record = (id: string, state: RunRecord['state']): RunRecord => ({ id, state }) as RunRecord;

let runs: { record: RunRecord | null; steps: StepRecord[] };
let session: { selection: { nodes: readonly string[] } };
let filmstrip: FilmstripState;

beforeEach(() => {
  runs = shallowReactive({ record: null, steps: [] });
  session = shallowReactive({ selection: { nodes: [] } });
  filmstrip = new FilmstripState(session as EditorSession, runs as unknown as RunStore);
});

describe('the sampler that is shown', () => {
  it('is the one at work, wherever the steps that were used again stand', () => {
    runs.steps = [step(1, 'first', 1001), step(2, 'second', 1002), step(9, 'invert', 5)];
    expect(filmstrip.node).toBe('second');
    expect(filmstrip.nodes).toEqual(['invert', 'first', 'second']);
  });

  it('is the one that was last at work when all were used again', () => {
    runs.steps = [step(1, 'sample', 1002), step(2, 'invert', 5)];
    expect(filmstrip.node).toBe('sample');
  });

  it('is the chosen one until the newest step is to be followed, or a run is started', async () => {
    runs.record = record('run1', 'running');
    runs.steps = [step(1, 'first'), step(2, 'second')];
    await nextTick();
    filmstrip.choose('first');
    expect([filmstrip.node, filmstrip.following]).toEqual(['first', false]);
    filmstrip.follow();
    expect([filmstrip.node, filmstrip.following]).toEqual(['second', true]);
    session.selection = { nodes: ['first'] };
    await nextTick();
    expect(filmstrip.node).toBe('first');
    runs.record = record('run0', 'done');
    await nextTick();
    expect(filmstrip.node).toBe('first');
    runs.record = record('run2', 'running');
    await nextTick();
    expect(filmstrip.node).toBe('second');
  });
});

it('a step without a picture keeps the last one before it', () => {
  runs.steps = [1, 2, 3, 4].map((seq) => ({ ...step(seq, 'sample'), hasPicture: seq % 2 === 0 }));
  expect([0, 1, 2, 3].map((index) => filmstrip.pictured(index)?.seq)).toEqual([undefined, 2, 2, 4]);
});

it('steps of an optimisation are looked at from picture to picture, and not into', () => {
  runs.steps = [1, 2, 3, 4, 5].map((seq) => {
    const { timestep: _, ...counted } = { ...step(seq, 'paint'), timestep: 0 };
    return { ...counted, losses: { total: 1 }, hasPicture: seq === 4 };
  });
  filmstrip.stopAt(0);
  expect([filmstrip.samples, filmstrip.nextPictured]).toEqual([false, 3]);
  filmstrip.stopAt(3);
  expect(filmstrip.nextPictured).toBe(4);
  runs.steps = [step(1, 'sample'), { ...step(2, 'sample'), hasPicture: false }];
  filmstrip.stopAt(0);
  expect([filmstrip.samples, filmstrip.nextPictured]).toEqual([true, 1]);
});

it('an optimisation is followed by its numbers, a sampler by its pictures', () => {
  const unseen = { ...step(2, 'a'), hasPicture: false };
  runs.steps = [step(1, 'a'), unseen];
  expect(filmstrip.index).toBe(0);
  runs.steps = runs.steps.map((each) => ({ ...each, losses: {} }));
  expect(filmstrip.index).toBe(1);
});

it('leaves room for the steps to come only while its node is at work', () => {
  runs.steps = [step(1, 'a')];
  const working = (state: string) => ({ ...record('run1', 'running'), nodes: { a: { state } } }) as RunRecord;
  runs.record = working('running');
  expect(filmstrip.until).toBe(50);
  runs.record = working('failed');
  expect(filmstrip.until).toBe(0);
});

it('the frames of a node stay as they are while another one is at work', () => {
  const first = step(1, 'first');
  runs.steps = [first, step(2, 'second')];
  filmstrip.choose('first');
  const { frames } = filmstrip;
  runs.steps = [...runs.steps, step(3, 'second')];
  expect(filmstrip.frames).toBe(frames);
  runs.steps = [...runs.steps, step(4, 'first')];
  expect(filmstrip.frames.map(({ seq }) => seq)).toEqual([1, 4]);
});
