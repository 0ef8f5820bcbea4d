import { describe, expect, it } from 'vitest';
import { NodeProgress } from '../../../server/engine/nodeProgress.ts';

const about = { of: 10, timestep: 1 };

describe('NodeProgress', () => {
  it('promises nothing about the time left by steps that are only told again', () => {
    const progress = new NodeProgress();
    for (let step = 1; step <= 5; step++) progress.step({ ...about, step, known: true });
    expect(progress.record).toMatchObject({ step: 5, progress: 0.5 });
    expect(progress.record.secondsLeft).toBeUndefined();
    progress.step({ ...about, step: 6 });
    expect(progress.record.secondsLeft).toBeGreaterThan(0);
  });
});
