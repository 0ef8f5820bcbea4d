import { describe, expect, it } from 'vitest';
import { timeLeft } from '../../../client/connection/timeLeft.ts';
import type { NodeRecord, RunRecord } from '../../../server/protocol/runs.ts';

const samplers = new Set(['invert', 'sample']);

function run(nodes: Record<string, NodeRecord>): RunRecord {
  const facts = { id: 'run00000001', title: '', state: 'running', created: '' } as const;
  return { ...facts, workflow: {}, nodes, pictures: [], models: [], versions: {}, seq: 1 };
}

describe('the time left', () => {
  it('is unknown while no sampler has shown its pace', () => {
    const record = run({
      load: { state: 'running' },
      invert: { state: 'waiting' },
      sample: { state: 'waiting' },
    });
    expect(timeLeft(record, { known: new Map(), samplers })).toEqual({ done: 0, of: 3, seconds: undefined });
  });

  it('takes a sampler that never ran to be like the one that runs', () => {
    const invert: NodeRecord = { state: 'running', progress: 0.5, secondsLeft: 4 };
    const record = run({ load: { state: 'done' }, invert, sample: { state: 'waiting' } });
    expect(timeLeft(record, { known: new Map(), samplers })).toEqual({ done: 1, of: 3, seconds: 12 });
  });

  it('knows what nodes needed in the run before', () => {
    const known = new Map([
      ['invert', 6000],
      ['sample', 3000],
      ['decode', 500],
    ]);
    const record = run({
      load: { state: 'cached' },
      invert: { state: 'running', progress: 0.5 },
      sample: { state: 'waiting' },
      decode: { state: 'waiting' },
      unused: { state: 'skipped' },
    });
    expect(timeLeft(record, { known, samplers })).toEqual({ done: 1, of: 4, seconds: 6.5 });
  });
});
