import { nextTick, shallowReactive } from 'vue';
import { describe, expect, it } from 'vitest';
import type { RunStore } from '../../../client/connection/runStore.ts';
import type { FilmstripState } from '../../../client/workbench/filmstripState.ts';
import { StepLook } from '../../../client/workbench/stepLook.ts';
import type { LensAnswer, LensRequest } from '../../../server/protocol/inspection.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));
const layer = { id: 'a', heads: 1, width: 5, height: 2, across: 4.5, down: 2, swapped: true };
const answer: LensAnswer = { layers: [layer], layer: 'a', column: 0, row: 0, timestep: 1, sources: [] };

function open() {
  const asked: LensRequest[] = [];
  const runs = shallowReactive({ record: { id: 'run1', state: 'done' } });
  const frames = [3, 4, 5].map((step) => ({ step }));
  const filmstrip = shallowReactive({
    samples: true,
    node: 'sample',
    frames,
    current: frames[2],
    choose: (node: string) => void (filmstrip.node = node),
    stopAt: (index: number) => void (filmstrip.current = frames[index]),
  });
  const look = new StepLook({
    api: {
      lens: async (_, request) => {
        asked.push(request);
        return answer;
      },
      stepChannels: () => Promise.reject(new Error('not asked for')),
    },
    filmstrip: filmstrip as unknown as FilmstripState,
    runs: runs as unknown as RunStore,
  });
  return { look, asked, filmstrip, runs };
}

describe('StepLook', () => {
  it('looks into the step that a picture came out of, and goes back to the view before', async () => {
    const { look, asked } = open();
    look.view.value = 'clean';
    const back = look.lookInto({ run: 'run1', node: 'other', step: 4 });
    await settle();
    expect(asked).toEqual([{ node: 'other', step: 4, x: 0.5, y: 0.5 }]);
    back();
    expect(look.view.value).toBe('clean');
  });

  it('moves the point by tokens, to the middle of what the picture shows of them', async () => {
    const { look, asked } = open();
    look.view.value = 'attention';
    await settle();
    look.movePoint(1, -1);
    expect(look.point.value).toEqual({ x: 3.5 / 4.5, y: 0.25 });
    look.movePoint(9, 9);
    expect(look.point.value).toEqual({ x: 4.25 / 4.5, y: 0.75 });
    await settle();
    expect(asked.at(-1)).toMatchObject(look.point.value);
  });

  it('does not ask while the run goes on', async () => {
    const { look, asked, runs } = open();
    runs.record = { id: 'run2', state: 'running' };
    look.view.value = 'attention';
    await settle();
    expect(asked).toEqual([]);
    runs.record = { id: 'run2', state: 'done' };
    await nextTick();
    await settle();
    expect(asked.length).toBe(1);
  });

  it('asks once for a step, however often what goes on elsewhere is drawn', async () => {
    const { look, asked, runs, filmstrip } = open();
    look.view.value = 'attention';
    await settle();
    runs.record = { id: 'run1', state: 'done' };
    filmstrip.current = { step: 5 };
    await settle();
    expect(asked.length).toBe(1);
    runs.record = { id: 'run2', state: 'done' };
    await settle();
    expect(asked.length).toBe(2);
  });
});
