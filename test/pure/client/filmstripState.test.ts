import { nextTick, shallowReactive } from 'vue';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RunStore } from '../../../client/connection/runStore.ts';
import type { EditorSession } from '../../../client/editor/editorSession.ts';
import { FilmstripState } from '../../../client/workbench/filmstripState.ts';
import type { NodeRecord, RunRecord, StepRecord } from '../../../server/protocol/runs.ts';

type States = Readonly<Record<string, NodeRecord['state']>>;

const step = (seq: number, node: string): StepRecord => {
  return { seq, node, step: seq, of: 50, timestep: 1000 - seq, hasPicture: true };
};
const record = (id: string, states: States, state: RunRecord['state'] = 'running'): RunRecord =>
  ({
    id,
    state,
    nodes: Object.fromEntries(Object.entries(states).map(([node, now]) => [node, { state: now }])),
  }) as unknown as RunRecord;

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
    runs.record = record('run1', { invert: 'cached', sample: 'running' });
    runs.steps = [step(3, 'sample'), step(5, 'invert')];
    expect(filmstrip.node).toBe('sample');
  });

  it('stays the last that worked', () => {
    runs.record = record('run1', { first: 'done', second: 'done', invert: 'cached' }, 'done');
    runs.steps = [step(1, 'first'), step(2, 'second'), step(9, 'invert')];
    expect(filmstrip.node).toBe('second');
  });

  it('is one whose steps were used again when no other is there', () => {
    runs.record = record('run1', { invert: 'cached' }, 'done');
    runs.steps = [step(1, 'invert')];
    expect(filmstrip.node).toBe('invert');
  });

  it('is the chosen one until the newest step is to be followed, or a run is started', async () => {
    runs.record = record('run1', { first: 'done', second: 'running' });
    runs.steps = [step(1, 'first'), step(2, 'second')];
    await nextTick();
    filmstrip.choose('first');
    expect([filmstrip.node, filmstrip.following]).toEqual(['first', false]);
    filmstrip.follow();
    expect([filmstrip.node, filmstrip.following]).toEqual(['second', true]);
    session.selection = { nodes: ['first'] };
    await nextTick();
    expect(filmstrip.node).toBe('first');
    runs.record = record('run0', { first: 'done', second: 'done' }, 'done');
    await nextTick();
    expect(filmstrip.node).toBe('first');
    runs.record = record('run2', { first: 'done', second: 'running' });
    await nextTick();
    expect(filmstrip.node).toBe('second');
  });
});
