import { readFile, readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { train } from '../../../models/training/trainer/train.ts';
import { lineOptions, settings } from './fakeTraining.ts';
import { bits, course, trainTo, trainingFolder } from './trainingCourse.ts';

const { at, path, line } = trainingFolder();

it('learns, and tells losses by their names, the rate and the length of the gradient', async () => {
  const schedule = { kind: 'constant', learningRate: 0.1, warmUp: 2 } as const;
  const options = lineOptions({ settings: { ...settings, schedule, steps: 200 } });
  const { steps, end } = await course(options);
  expect(end.reason).toBe('done');
  expect(steps).toHaveLength(200);
  expect(options.values[0]![0]).toBeCloseTo(3, 0);
  expect(steps[0]).toMatchObject({ step: 1, of: 200, learningRate: 0.05 });
  expect([...steps[0]!.losses.keys()]).toEqual(['points', 'size']);
  expect(steps[0]!.total).toBeCloseTo(steps[0]!.losses.get('points')! + 0.01 * 0.25, 10);
  // Not what was left of it after clipping.
  expect(steps[0]!.gradientNorm).toBeGreaterThan(5);
});

it('the same seed gives the same bits, another seed others', async () => {
  const ends = [];
  for (const seed of ['7', '7', '8']) {
    const options = lineOptions({ settings: { ...settings, seed } });
    const { end } = await course(options);
    ends.push(bits(options, end).join());
  }
  expect(ends[1]).toBe(ends[0]);
  expect(ends[2]).not.toBe(ends[0]);
});

describe('goes on to the same bits as if it had never stopped', () => {
  const straight = async () => {
    const options = lineOptions();
    const { end } = await course(options);
    return bits(options, end);
  };

  it('when the loop was left', async () => {
    await trainTo(7, line());
    const options = line();
    const { steps, end } = await course(options);
    expect(steps.map(({ step }) => step)).toEqual([8, 9, 10, 11, 12]);
    expect(bits(options, end)).toEqual(await straight());
  });

  it('when it was stopped by a signal, which is how it is paused and cancelled', async () => {
    const stopping = new AbortController();
    const stopped = await course(line(100, { signal: stopping.signal }), ({ step }) => {
      if (step === 3) stopping.abort();
    });
    expect(stopped.end).toMatchObject({ reason: 'stopped', step: 3 });
    expect(await readdir(at('kept'))).toEqual(['line.safetensors']);
    const options = line();
    const { steps, end } = await course(options);
    expect(steps[0]!.step).toBe(4);
    expect(bits(options, end)).toEqual(await straight());
  });

  it('when nothing but the latest checkpoint is left', async () => {
    let written: Buffer | undefined;
    for await (const { step } of train(line())) {
      if (step === 8) written = await readFile(path());
    }
    await writeFile(path(), written!);
    const options = line();
    const { steps, end } = await course(options);
    expect(steps[0]!.step).toBe(6);
    expect(bits(options, end)).toEqual(await straight());
  });

  it('when it had ended and is given more steps', async () => {
    const constant = { ...settings, schedule: { kind: 'constant', learningRate: 0.1 } } as const;
    const longer = lineOptions({ settings: { ...constant, steps: 15 } });
    const whole = await course(longer);
    await course(line(5, { settings: constant }));
    const options = line(5, { settings: { ...constant, steps: 15 } });
    const { steps, end } = await course(options);
    expect(steps).toHaveLength(3);
    expect(bits(options, end)).toEqual(bits(longer, whole.end));
  });
});

it('a training that has ended gives what it has learnt and no more steps', async () => {
  const first = line();
  const { end } = await course(first);
  const again = line();
  const second = await course(again);
  expect(second.steps).toEqual([]);
  expect(second.end).toMatchObject({ reason: 'done', step: 12 });
  expect(bits(again, second.end)).toEqual(bits(first, end));
});

it('one that is stopped before it begins takes no step', async () => {
  const { steps, end } = await course(lineOptions({ signal: AbortSignal.abort() }));
  expect(steps).toEqual([]);
  expect(end).toMatchObject({ reason: 'stopped', step: 0 });
});

it('batches that fail end it with their own error; what was learnt is kept', async () => {
  const options = line(100, {
    batch: async (step, random) => {
      if (step === 5) throw new Error('cat.png is gone');
      return lineOptions().batch(step, random);
    },
  });
  await expect(course(options)).rejects.toThrow('cat.png is gone');
  expect((await course(line())).steps[0]!.step).toBe(5);
});
