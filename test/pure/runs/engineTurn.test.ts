import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { EngineExit, EngineProcess } from '../../../server/runs/engineProcess.ts';
import { EngineTurn } from '../../../server/runs/engineTurn.ts';
import type { LiveRun } from '../../../server/runs/liveRun.ts';

class FakeEngine extends EventEmitter {
  readonly send = vi.fn<(message: unknown) => boolean>(() => true);
  readonly setBusy = vi.fn<() => void>();
  readonly kill = vi.fn<() => void>();
}

const exit: EngineExit = {
  code: 1,
  signal: null,
  wasReady: true,
  killed: false,
  lastLine: undefined,
  failedStarts: 0,
};

let engine: FakeEngine;
let told: string[];
let turn: EngineTurn;
const run = {
  id: 'abcdefgh',
  record: { workflow: { nodes: [] }, nodes: {}, versions: {} },
  changedFile: undefined,
  describe: vi.fn<() => void>(),
  receive: vi.fn<(message: unknown) => void>(),
} as unknown as LiveRun;

beforeEach(() => {
  vi.useFakeTimers();
  engine = new FakeEngine();
  told = [];
  turn = new EngineTurn({
    engine: engine as unknown as EngineProcess,
    cancelGrace: 1000,
    startTimeout: 5000,
    ready: () => told.push('ready'),
    ended: (_, state, error) => told.push(error ? `${state} ${error.code}` : state),
    paused: () => told.push('paused'),
    returned: () => told.push('returned'),
    hopeless: ({ code }) => told.push(`hopeless ${code}`),
  });
  engine.emit('ready', { kind: 'ready', device: 'cpu', threads: 1, versions: {} });
  told.length = 0;
});
afterEach(() => vi.useRealTimers());

const says = (kind: string, rest: object = {}) => engine.emit('message', { kind, run: run.id, ...rest });

it('ends a run that is cancelled when it has paused already as cancelled', () => {
  expect(turn.give(run)).toBe(true);
  says('started');
  turn.pause(run);
  turn.cancel(run);
  says('finished', { state: 'paused' });
  expect(told).toEqual(['cancelled']);
  expect(turn.run).toBeUndefined();
  vi.advanceTimersByTime(10_000);
  expect(engine.kill).not.toHaveBeenCalled();
});

it('hands a paused run back, and hears no more of it', () => {
  turn.give(run);
  turn.pause(run);
  says('finished', { state: 'paused' });
  says('finished', { state: 'done' });
  expect(told).toEqual(['paused']);
});

it('hands a run back once that an engine did not live to take, and ends it the second time', () => {
  turn.give(run);
  engine.emit('exit', exit);
  turn.give(run);
  engine.emit('exit', exit);
  expect(told).toEqual(['returned', 'failed engine-crashed']);
});

it('ends an engine that does not answer, and the run with it', () => {
  turn.give(run);
  vi.advanceTimersByTime(5000);
  expect(engine.kill).toHaveBeenCalledTimes(1);
  engine.emit('exit', { ...exit, killed: true });
  turn.give(run);
  says('started');
  turn.cancel(run);
  vi.advanceTimersByTime(1000);
  expect(engine.kill).toHaveBeenCalledTimes(2);
  engine.emit('exit', { ...exit, killed: true });
  expect(told).toEqual(['failed engine-unavailable', 'cancelled']);
});

it('is hopeless after several engines that did not start', () => {
  for (const failedStarts of [1, 2, 3]) engine.emit('exit', { ...exit, wasReady: false, failedStarts });
  expect(told).toEqual(['hopeless engine-unavailable']);
});
