import { execFileSync } from 'node:child_process';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { Checkpoints } from '../../../models/training/trainer/checkpoints.ts';
import type { TrainingStep } from '../../../models/training/trainer/trainingOptions.ts';
import { lineOptions, settings } from './fakeTraining.ts';
import { bits, course, trainTo, trainingFolder } from './trainingCourse.ts';

const { at, path, kept, line } = trainingFolder();
const files = async (folder = at('kept')) => (await readdir(folder)).sort();

it('other settings are told one by one, and gone on with only when that is asked for', async () => {
  await trainTo(7, line());
  const other = {
    ...settings,
    schedule: { kind: 'constant', learningRate: 0.2 },
    task: { losses: { points: 1, size: 0.5 } },
  } as const;
  const refusal = {
    code: 'other-settings',
    message:
      'The checkpoint of step 7 was made with other settings: schedule is "constant", was "cosine"; ' +
      'schedule learning rate is 0.2, was 0.1; losses size is 0.5, was 0.01; schedule steps is not set, was 12; ' +
      'schedule warm up is not set, was 2.',
  };
  await expect(course(line(5, { settings: other }))).rejects.toMatchObject(refusal);
  // Also before there is anything to train.
  await expect(new Checkpoints(kept().checkpoint, other).check()).rejects.toMatchObject(refusal);
  const { steps } = await course(lineOptions({ ...kept(5, { otherSettings: 'go-on' }), settings: other }));
  expect(steps.map(({ step }) => step)).toEqual([8, 9, 10, 11, 12]);
  expect(steps[0]!.notice).toContain('was made with other settings');
  expect(steps[1]!.notice).toBeUndefined();
  const anew = await course(lineOptions(kept(5, { otherSettings: 'begin-again' })));
  expect(anew.steps[0]).toMatchObject({
    step: 1,
    notice: expect.stringContaining('losses size is 0.01'),
  });
  expect((await course(lineOptions(kept(5, { otherSettings: 'begin-again' })))).steps).toEqual([]);
});

describe('a checkpoint that was damaged on the disk', () => {
  /** Of steps 5 and 7. */
  const trained = () => trainTo(7, line());
  const flip = async (place: (whole: Buffer) => number) => {
    const whole = await readFile(path());
    whole[place(whole)]! ^= 4;
    await writeFile(path(), whole);
  };
  const damages: Record<string, () => Promise<void>> = {
    'a bit of a weight': () => flip((whole) => whole.length - 2),
    'a bit of the step': () => flip((whole) => whole.indexOf('"step":"7"') + 8),
    'a bit of the settings': () => flip((whole) => whole.indexOf('clipNorm') + 11),
    'a bit of a name': () => flip((whole) => whole.indexOf('exp_avg') + 1),
    'a bit of the length of the header': () => flip(() => 2),
    'its end is missing': async () => {
      const whole = await readFile(path());
      await writeFile(path(), whole.subarray(0, whole.length - 3));
    },
  };
  const straight = async () => {
    const options = lineOptions();
    return bits(options, (await course(options)).end);
  };

  it.each(Object.keys(damages))(
    '%s: it is put aside, the one before it is taken, and that is told',
    async (what) => {
      await trained();
      await damages[what]!();
      const options = line();
      const { steps, end } = await course(options);
      expect(steps[0]).toMatchObject({
        step: 6,
        notice: expect.stringMatching(
          /^The checkpoint .*line\.safetensors cannot be gone on from: .* It was put aside as line\.safetensors\.damaged; the one before it, of step 5, is gone on from\.$/,
        ),
      });
      expect(bits(options, end)).toEqual(await straight());
      expect(await files()).toEqual([
        'line.safetensors',
        'line.safetensors.before',
        'line.safetensors.damaged',
      ]);
    },
  );

  it('is refused, and stays, when there is none before it', async () => {
    await trained();
    await rm(`${path()}.before`);
    await damages['a bit of a weight']!();
    await expect(course(line())).rejects.toMatchObject({
      code: 'checkpoint',
      message: expect.stringMatching(
        /it is damaged: its checksum is [0-9a-f]{16}\.\.\., expected [0-9a-f]{16}\.\.\.\.$/,
      ),
    });
    expect(await files()).toEqual(['line.safetensors']);
  });

  it('the one before it is not taken when it is of another training', async () => {
    await trained();
    const other = { ...settings, seed: '8' };
    const again = lineOptions({ ...kept(5, { otherSettings: 'begin-again' }), settings: other });
    await trainTo(1, again);
    await damages['a bit of a weight']!();
    await expect(course(line(5, { settings: other }))).rejects.toMatchObject({ code: 'checkpoint' });
  });

  it('what is no checkpoint is written over only when it is asked to begin again', async () => {
    await mkdir(at('kept'));
    await writeFile(path(), 'no checkpoint at all');
    await expect(course(line())).rejects.toMatchObject({ code: 'checkpoint' });
    const { steps } = await course(lineOptions(kept(5, { otherSettings: 'begin-again' })));
    expect(steps[0]).toMatchObject({ step: 1, notice: expect.stringContaining('cannot be gone on from') });
    expect((await course(line())).steps).toEqual([]);
  });
});

describe('a checkpoint that cannot be written', () => {
  const fill = (disk: string) => `cat /dev/zero > ${disk}/filler || true`;
  const shell = (command: string) => execFileSync('sh', ['-c', command], { stdio: 'ignore' });
  const smallDisk = async (skip: (why: string) => never): Promise<string> => {
    const disk = at('disk');
    await mkdir(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      skip('needs the right to mount a small disk');
    }
    return disk;
  };

  it('is told, the old one is kept, and the training goes on', async ({ skip }) => {
    const disk = await smallDisk(skip);
    try {
      const checkpoint = { path: at('disk', 'line.safetensors'), every: 3 };
      const { steps } = await course(lineOptions({ checkpoint }), ({ step }) => {
        if (step === 5) shell(fill(disk));
        if (step === 10) shell(`rm ${disk}/filler`);
      });
      expect(steps.find(({ notice }) => notice)).toMatchObject({
        step: 7,
        notice:
          'After step 6 no checkpoint could be written: line.safetensors.next: cannot be written (the disk is full); ' +
          'that of step 3 is kept.',
      });
      expect(await files(disk)).toEqual(['line.safetensors', 'line.safetensors.before']);
      expect((await course(lineOptions({ checkpoint }))).end.step).toBe(12);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('where there is room for two only, the oldest makes room', async ({ skip }) => {
    const disk = await smallDisk(skip);
    try {
      const checkpoint = { path: at('disk', 'line.safetensors'), every: 3 };
      const { steps, end } = await course(lineOptions({ checkpoint }), ({ step }) => {
        if (step === 7) shell(fill(disk));
      });
      expect(steps.filter(({ notice }) => notice)).toEqual([]);
      expect(end).toMatchObject({ reason: 'done' });
      expect((await course(lineOptions({ checkpoint }))).steps).toEqual([]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('fails the training when it is the last', async () => {
    const steps: TrainingStep[] = [];
    const training = course(line(100), (step) => {
      if (steps.push(step) === 12) execFileSync('rm', ['-r', at('kept')]);
    });
    await expect(training).rejects.toMatchObject({
      code: 'unsaved',
      message:
        'After step 12 no checkpoint could be written: line.safetensors.next: cannot be written (there is no such file); ' +
        'there is none yet.',
    });
    expect(steps).toHaveLength(12);
  });

  it('fails at once where there can be none', async () => {
    await writeFile(at('kept'), 'a file');
    await expect(course(line())).rejects.toMatchObject({
      code: 'unsaved',
      message: `Checkpoints cannot be written to ${at('kept')}: there is a file of that name.`,
    });
  });
});

describe('what a killed process left', () => {
  it('half-written is removed', async () => {
    await mkdir(at('kept'));
    await writeFile(`${path()}.next.0f0f.partial`, 'half');
    await writeFile(at('kept', 'other.partial'), 'mine');
    await trainTo(3, line());
    expect(await files()).toEqual(['line.safetensors', 'other.partial']);
  });

  it.each([
    ['before the newest had its place', async () => rename(path(), `${path()}.next`)],
    [
      'with the newest beside the old one',
      async () => {
        await rename(path(), `${path()}.next`);
        await rename(`${path()}.before`, path());
      },
    ],
  ])('%s is put in order', async (_, leave) => {
    await trainTo(7, line());
    await leave();
    const { steps } = await course(line());
    expect(steps[0]!.step).toBe(8);
    expect(await files()).toEqual(['line.safetensors', 'line.safetensors.before']);
  });
});
