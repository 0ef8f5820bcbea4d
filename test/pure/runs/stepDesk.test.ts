import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { FromEngine, ToEngine } from '../../../server/engine/messages.ts';
import type { RunRecord } from '../../../server/protocol/runs.ts';
import type { EngineProcess } from '../../../server/runs/engineProcess.ts';
import { StepDesk } from '../../../server/runs/stepDesk.ts';

type Inspect = Extract<ToEngine, { kind: 'inspect' }>;

/** An engine that answers when it is told to. */
function fakeEngine() {
  const engine = Object.assign(new EventEmitter(), {
    asked: [] as Inspect[],
    busy: false,
    there: true,
    send(message: ToEngine) {
      if (engine.there) engine.asked.push(message as Inspect);
      return engine.there;
    },
    setBusy: (_: string, busy: boolean) => void (engine.busy = busy),
    answer(place: number, answer: object = { answer: { about: 'lens', lens: { place } } }) {
      engine.emit('message', { kind: 'inspected', id: engine.asked[place]!.id, ...answer } as FromEngine);
    },
  });
  return engine;
}

const record = {
  id: 'run00001',
  nodes: {
    sample: { state: 'done' },
    cached: { state: 'cached', madeBy: { run: 'run00000', node: 'elsewhere' } },
  },
} as unknown as RunRecord;
const at = (x: number, node = 'sample') => ({ node, step: 1, x, y: 0 });

function open() {
  const engine = fakeEngine();
  return { engine, desk: new StepDesk(engine as unknown as EngineProcess) };
}

describe('StepDesk', () => {
  it('gives everybody an answer, however many look at a time', async () => {
    const { engine, desk } = open();
    const looking = [0.1, 0.2, 0.3].map((x) => desk.lens(record, at(x)));
    expect(engine.asked.map(({ question }) => question.request)).toEqual([at(0.1), at(0.2), at(0.3)]);
    expect(engine.busy).toBe(true);
    for (const place of [0, 1, 2]) engine.answer(place);
    expect(await Promise.all(looking)).toEqual([{ place: 0 }, { place: 1 }, { place: 2 }]);
    expect(engine.busy).toBe(false);
  });

  it('goes on after a refusal', async () => {
    const { engine, desk } = open();
    const refused = desk.lens(record, at(0.1));
    engine.answer(0, { refusal: { code: 'gone', message: 'No longer there.' } });
    await expect(refused).rejects.toMatchObject({ code: 'gone', message: 'No longer there.' });
    const next = desk.lens(record, at(0.2));
    engine.answer(1);
    expect(await next).toEqual({ place: 1 });
  });

  it('asks where a result that was used again was made', async () => {
    const { engine, desk } = open();
    void desk.lens(record, at(0.1, 'cached'));
    expect(engine.asked[0]!.question).toEqual({
      about: 'lens',
      run: 'run00000',
      request: at(0.1, 'elsewhere'),
    });
    await expect(desk.lens(record, at(0.1, 'nobody'))).rejects.toMatchObject({ code: 'gone' });
  });

  it('answers everybody when the engine ends, or is not there', async () => {
    const { engine, desk } = open();
    const waiting = [
      desk.lens(record, at(0.1)),
      desk.channels(record, { node: 'sample', step: 1, kind: 'noise' }),
    ];
    engine.emit('exit');
    for (const one of waiting) await expect(one).rejects.toMatchObject({ code: 'no-engine' });
    expect(engine.busy).toBe(false);
    engine.there = false;
    await expect(desk.lens(record, at(0.2))).rejects.toMatchObject({ code: 'no-engine' });
  });

  it('takes only so many questions', async () => {
    const { engine, desk } = open();
    const ask = () => desk.channels(record, { node: 'sample', step: 1, kind: 'noise' });
    const asked = Array.from({ length: 16 }, ask);
    await expect(ask()).rejects.toMatchObject({ code: 'busy' });
    engine.emit('exit');
    await Promise.allSettled(asked);
  });
});
