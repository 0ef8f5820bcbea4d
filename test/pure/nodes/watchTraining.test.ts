import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Picture } from '../../../models/image/picture.ts';
import { SamplingError } from '../../../models/sampling/samplingError.ts';
import { train } from '../../../models/training/trainer/train.ts';
import type { StepReport } from '../../../nodes/contract/node.ts';
import { watchTraining } from '../../../nodes/train/watchTraining.ts';
import { lineOptions } from '../training/fakeTraining.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-watch-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const dot: Picture = { width: 1, height: 1, data: new Uint8Array(3) };

/** A training of 12 steps that is kept at its end only, and what was seen of it. */
async function watched(picture: (taken: number) => Picture, steps: StepReport[] = []) {
  const warnings: string[] = [];
  const checkpoint = { path: join(folder, 'line.safetensors'), every: 100 };
  const end = await watchTraining(train(lineOptions({ checkpoint })), {
    every: 5,
    step: (report) => void steps.push(report),
    picture: async () => picture(steps.length + 1),
    warn: (notice) => void warnings.push(notice),
  });
  return { steps, warnings, end };
}

it('shows a picture after the first step, the last, and every so many between', async () => {
  const { steps, end } = await watched(() => dot);
  expect(steps.filter(({ picture }) => picture).map(({ step }) => step)).toEqual([1, 5, 10, 12]);
  expect(end.reason).toBe('done');
});

it('a model that makes no picture is told, and learns on', async () => {
  const { steps, warnings } = await watched((step) => {
    if (step === 5) throw new SamplingError('not-finite', 'The prediction is not finite.');
    return dot;
  });
  expect(warnings).toEqual(['After step 5 the model makes no picture: The prediction is not finite.']);
  expect(steps).toHaveLength(12);
});

it('keeps what was learnt when a picture fails, or is broken off, and leaves no step untold', async () => {
  const told: StepReport[] = [];
  const broken = watched((step) => {
    if (step === 5) throw new DOMException('cancelled', 'AbortError');
    return dot;
  }, told);
  await expect(broken).rejects.toMatchObject({ name: 'AbortError' });
  expect(told.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
  expect(told[4]).not.toHaveProperty('picture');
  expect((await watched(() => dot)).steps[0]!.step).toBe(6);
});
