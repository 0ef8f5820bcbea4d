import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tensor } from '../../../models/tensor/tensor.ts';
import { train } from '../../../models/training/trainer/train.ts';
import { TrainingControl } from '../../../models/training/trainer/trainingControl.ts';
import type {
  TrainingEnd,
  TrainingOptions,
  TrainingStep,
} from '../../../models/training/trainer/trainingOptions.ts';
import { line, lineOptions, settings } from './fakeTraining.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'training-'));
  path = join(folder, 'kept', 'line.safetensors');
});
afterEach(() => rm(folder, { recursive: true }));

interface Course {
  readonly steps: TrainingStep[];
  readonly end: TrainingEnd;
}

async function run(options: TrainingOptions, each?: (step: TrainingStep) => void): Promise<Course> {
  const training = train(options);
  const steps: TrainingStep[] = [];
  for (;;) {
    const { done, value } = await training.next();
    if (done) return { steps, end: value };
    steps.push(value);
    each?.(value);
  }
}

const kept = (every = 5, more = {}) => ({ checkpoint: { path, every, ...more } });
/** Bits of the weights and of the running average. */
const bits = (options: TrainingOptions, end: TrainingEnd) =>
  [...options.values, ...end.averages!].map((values) => Buffer.from(values.buffer).toString('hex'));

it('learns, and tells losses by their names, the rate and the length of the gradient', async () => {
  const schedule = { kind: 'constant', learningRate: 0.1, warmUp: 2 } as const;
  const options = lineOptions({ settings: { ...settings, schedule, steps: 200 } });
  const { steps, end } = await run(options);
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
    const { end } = await run(options);
    ends.push(bits(options, end).join());
  }
  expect(ends[1]).toBe(ends[0]);
  expect(ends[2]).not.toBe(ends[0]);
});

describe('goes on to the same bits as if it had never stopped', () => {
  const straight = async () => {
    const options = lineOptions();
    const { end } = await run(options);
    return bits(options, end);
  };

  it('when the loop was left', async () => {
    for await (const { step } of train(lineOptions(kept()))) if (step === 7) break;
    const options = lineOptions(kept());
    const { steps, end } = await run(options);
    expect(steps.map(({ step }) => step)).toEqual([8, 9, 10, 11, 12]);
    expect(bits(options, end)).toEqual(await straight());
  });

  it('when it was cancelled', async () => {
    const control = new TrainingControl();
    const cancelled = await run(lineOptions({ ...kept(), control }), ({ step }) => {
      if (step === 3) control.cancel();
    });
    expect(cancelled.end).toMatchObject({ reason: 'cancelled', step: 3 });
    const options = lineOptions(kept());
    const { end } = await run(options);
    expect(bits(options, end)).toEqual(await straight());
  });

  it('when nothing but the latest checkpoint is left', async () => {
    let written: Buffer | undefined;
    for await (const { step } of train(lineOptions(kept()))) {
      if (step === 8) written = await readFile(path);
    }
    await writeFile(path, written!);
    const options = lineOptions(kept());
    const { steps, end } = await run(options);
    expect(steps[0]!.step).toBe(6);
    expect(bits(options, end)).toEqual(await straight());
  });

  it('when it had ended and is given more steps', async () => {
    const constant = { ...settings, schedule: { kind: 'constant', learningRate: 0.1 } } as const;
    const longer = lineOptions({ settings: { ...constant, steps: 15 } });
    const whole = await run(longer);
    await run(lineOptions({ ...kept(), settings: constant }));
    const options = lineOptions({ ...kept(), settings: { ...constant, steps: 15 } });
    const { steps, end } = await run(options);
    expect(steps).toHaveLength(3);
    expect(bits(options, end)).toEqual(bits(longer, whole.end));
  });
});

it('a training that has ended gives what it has learnt and no more steps', async () => {
  const first = lineOptions(kept());
  const { end } = await run(first);
  const again = lineOptions(kept());
  const second = await run(again);
  expect(second.steps).toEqual([]);
  expect(second.end).toMatchObject({ reason: 'done', step: 12 });
  expect(bits(again, second.end)).toEqual(bits(first, end));
});

it('a pause holds it between steps, with what was learnt in the checkpoint', async () => {
  const control = new TrainingControl();
  const training = train(lineOptions({ ...kept(100), control }));
  for (let step = 0; step < 4; step++) await training.next();
  control.pause();
  let goesOn = false;
  const fifth = training.next().finally(() => (goesOn = true));
  while (!(await readdir(join(folder, 'kept'))).includes('line.safetensors')) await setImmediate();
  for await (const { step } of train(lineOptions(kept(100)))) {
    expect(step).toBe(5);
    break;
  }
  expect(goesOn).toBe(false);
  control.resume();
  expect(await fifth).toMatchObject({ value: { step: 5 } });
  await training.return({ reason: 'cancelled', step: 5, averages: undefined });
});

it('a pause can be cancelled', async () => {
  const control = new TrainingControl();
  control.pause();
  const running = run(lineOptions({ control }));
  control.cancel();
  expect((await running).end).toMatchObject({ reason: 'cancelled', step: 0 });
});

it('other settings are told one by one, and gone on with only when that is asked for', async () => {
  for await (const { step } of train(lineOptions(kept()))) if (step === 7) break;
  const other = {
    ...settings,
    schedule: { kind: 'constant', learningRate: 0.2 },
    task: { losses: { points: 1, size: 0.5 } },
  } as const;
  await expect(run(lineOptions({ ...kept(), settings: other }))).rejects.toMatchObject({
    code: 'other-settings',
    message:
      'The checkpoint of step 7 was made with other settings: schedule.kind is "constant", was "cosine"; ' +
      'schedule.learningRate is 0.2, was 0.1; task.losses.size is 0.5, was 0.01; schedule.steps is not set, was 12; ' +
      'schedule.warmUp is not set, was 2.',
  });
  const { steps } = await run(lineOptions({ ...kept(5, { otherSettings: 'go-on' }), settings: other }));
  expect(steps.map(({ step }) => step)).toEqual([8, 9, 10, 11, 12]);
  expect(steps[0]!.notice).toContain('was made with other settings');
  expect(steps[1]!.notice).toBeUndefined();
  const anew = await run(lineOptions(kept(5, { otherSettings: 'begin-again' })));
  expect(anew.steps[0]).toMatchObject({
    step: 1,
    notice: expect.stringContaining('task.losses.size is 0.01'),
  });
  expect((await run(lineOptions(kept(5, { otherSettings: 'begin-again' })))).steps).toEqual([]);
});

it('a checkpoint that cannot be read is told, and written over only when it is asked to begin again', async () => {
  await mkdir(join(folder, 'kept'));
  await writeFile(path, 'no checkpoint at all');
  await expect(run(lineOptions(kept()))).rejects.toMatchObject({ code: 'checkpoint' });
  const { steps } = await run(lineOptions(kept(5, { otherSettings: 'begin-again' })));
  expect(steps[0]).toMatchObject({ step: 1, notice: expect.stringContaining('cannot be gone on from') });
  expect((await run(lineOptions(kept()))).steps).toEqual([]);
});

describe('a number that is none ends it', () => {
  const spoiltAt = (bad: number) =>
    lineOptions({
      ...kept(100),
      batch: async (step, random) => {
        const { x, y } = await lineOptions().batch(step, random);
        return { x: x!, y: step === bad ? tensor([8], new Float32Array(8).fill(Number.NaN)) : y! };
      },
    });

  it('a bad batch: the step and the term are told, and the weights before it are kept', async () => {
    const options = spoiltAt(6);
    await expect(run(options)).rejects.toMatchObject({
      code: 'not-finite',
      message: "The loss 'points' is NaN at step 6. What was learnt up to step 5 is kept.",
    });
    const straight = lineOptions({ settings: { ...settings, steps: 5 } });
    await run(straight);
    expect(options.values).toEqual(straight.values);
    const { steps } = await run(lineOptions(kept()));
    expect(steps[0]!.step).toBe(6);
  });

  it('weights that ran away: it goes back to the checkpoint, which is never one of theirs', async () => {
    const { clipNorm: _, ...rest } = { ...settings, optimiser: { kind: 'sgd' } } as const;
    const wild = { ...rest, schedule: { kind: 'constant', learningRate: 1e38 } } as const;
    const calm = { ...rest, schedule: { kind: 'constant', learningRate: 0.001 } } as const;
    for await (const { step } of train(lineOptions({ ...kept(1), settings: calm }))) if (step === 3) break;
    const before = await readFile(path);
    const options = lineOptions({ ...kept(1, { otherSettings: 'go-on' }), settings: wild });
    await expect(run(options)).rejects.toMatchObject({
      code: 'not-finite',
      message: "The loss 'points' is NaN at step 5. What was learnt up to step 3 is kept.",
    });
    expect(await readFile(path)).toEqual(before);
    const straight = lineOptions({ settings: { ...calm, steps: 3 } });
    await run(straight);
    expect(options.values).toEqual(straight.values);
  });

  it('a gradient: its weight is told', async () => {
    const model = {
      ...line,
      evaluate: async (...given: Parameters<typeof line.evaluate>) => {
        const { gradients, ...evaluation } = await line.evaluate(...given);
        return { ...evaluation, gradients: [gradients[0]!, Float32Array.of(Infinity)] };
      },
    };
    await expect(run(lineOptions({ ...kept(), model }))).rejects.toThrow(
      "The gradient of 'offset' is not finite at step 1. Nothing was learnt before.",
    );
  });
});

it('batches that fail end it with their own error; what was learnt is kept', async () => {
  const options = lineOptions({
    ...kept(100),
    batch: async (step, random) => {
      if (step === 5) throw new Error('cat.png is gone');
      return lineOptions().batch(step, random);
    },
  });
  await expect(run(options)).rejects.toThrow('cat.png is gone');
  expect((await run(lineOptions(kept()))).steps[0]!.step).toBe(5);
});

describe('a checkpoint that cannot be written', () => {
  it('is told, the old one is kept, and the training goes on', async ({ skip }) => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      skip('needs the right to mount a small disk');
    }
    try {
      const checkpoint = { path: join(disk, 'line.safetensors'), every: 3 };
      const { steps } = await run(lineOptions({ checkpoint }), ({ step }) => {
        if (step === 5)
          execFileSync('sh', ['-c', `cat /dev/zero > ${disk}/filler || true`], { stdio: 'ignore' });
        if (step === 10) execFileSync('rm', [join(disk, 'filler')]);
      });
      expect(steps.find(({ notice }) => notice)).toMatchObject({
        step: 7,
        notice:
          'After step 6 no checkpoint could be written: line.safetensors: cannot be written (the disk is full); ' +
          'that of step 3 is kept.',
      });
      expect((await readdir(disk)).sort()).toEqual(['line.safetensors']);
      expect((await run(lineOptions({ checkpoint }))).end.step).toBe(12);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('fails the training when it is the last', async () => {
    const steps: TrainingStep[] = [];
    const training = async () => {
      for await (const step of train(lineOptions(kept(100)))) {
        if (steps.push(step) === 11) await rm(join(folder, 'kept'), { recursive: true });
      }
    };
    await expect(training()).rejects.toMatchObject({
      code: 'unsaved',
      message:
        'After step 12 no checkpoint could be written: line.safetensors: cannot be written (there is no such file); ' +
        'there is none yet.',
    });
    expect(steps).toHaveLength(12);
  });

  it('fails at once where there can be none', async () => {
    await writeFile(join(folder, 'kept'), 'a file');
    await expect(run(lineOptions(kept()))).rejects.toMatchObject({
      code: 'unsaved',
      message: `Checkpoints cannot be written to ${join(folder, 'kept')}: there is a file of that name.`,
    });
  });
});

it('a file that is no checkpoint, or is cut short, is refused by its name', async () => {
  await run(lineOptions(kept()));
  const whole = await readFile(path);
  await writeFile(path, whole.subarray(0, whole.length - 3));
  await expect(run(lineOptions(kept()))).rejects.toMatchObject({
    code: 'checkpoint',
    message: expect.stringMatching(
      /^The checkpoint .*line\.safetensors cannot be gone on from: .*is it complete/,
    ),
  });
  await writeFile(path, 'nothing of the kind');
  await expect(run(lineOptions(kept()))).rejects.toMatchObject({ code: 'checkpoint' });
});

it('what a killed process left half-written is removed', async () => {
  await mkdir(join(folder, 'kept'));
  await writeFile(`${path}.0f0f.partial`, 'half');
  await writeFile(join(folder, 'kept', 'other.partial'), 'mine');
  await run(lineOptions(kept()));
  expect((await readdir(join(folder, 'kept'))).sort()).toEqual(['line.safetensors', 'other.partial']);
});
