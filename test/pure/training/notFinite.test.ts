import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { tensor } from '../../../models/tensor/tensor.ts';
import { line as lineModel, lineOptions, settings } from './fakeTraining.ts';
import { course, trainTo, trainingFolder } from './trainingCourse.ts';

const { path, kept, line } = trainingFolder();

it('a bad batch: the step and the term are told, and the weights before it are kept', async () => {
  const options = line(100, {
    batch: async (step, random) => {
      const { x, y } = await lineOptions().batch(step, random);
      return { x: x!, y: step === 6 ? tensor([8], new Float32Array(8).fill(Number.NaN)) : y! };
    },
  });
  await expect(course(options)).rejects.toMatchObject({
    code: 'not-finite',
    message: "The loss 'points' is NaN at step 6. What was learnt up to step 5 is kept.",
  });
  const straight = lineOptions({ settings: { ...settings, steps: 5 } });
  await course(straight);
  expect(options.values).toEqual(straight.values);
  const { steps } = await course(line());
  expect(steps[0]!.step).toBe(6);
});

const { clipNorm: _, ...plain } = { ...settings, optimiser: { kind: 'sgd' } } as const;
const wild = { ...plain, schedule: { kind: 'constant', learningRate: 1e38 } } as const;
const calm = { ...plain, schedule: { kind: 'constant', learningRate: 0.001 } } as const;
const ranAway = () => lineOptions({ ...kept(1, { otherSettings: 'go-on' }), settings: wild });

it('weights that ran away: it goes back to the checkpoint, which is never one of theirs', async () => {
  await trainTo(3, line(1, { settings: calm }));
  const before = await readFile(path());
  const options = ranAway();
  await expect(course(options)).rejects.toMatchObject({
    code: 'not-finite',
    message: "The loss 'points' is NaN at step 5. What was learnt up to step 3 is kept.",
  });
  expect(await readFile(path())).toEqual(before);
  const straight = lineOptions({ settings: { ...calm, steps: 3 } });
  await course(straight);
  expect(options.values).toEqual(straight.values);
});

it('says so when the checkpoint to go back to is not there any more', async () => {
  await trainTo(3, line(1, { settings: calm }));
  const gone = course(ranAway(), ({ step }) => {
    if (step === 4) for (const each of [path(), `${path()}.before`]) rmSync(each);
  });
  await expect(gone).rejects.toMatchObject({
    code: 'not-finite',
    message: `The loss 'points' is NaN at step 5. The weights before it are lost: The checkpoint ${path()} is not there any more.`,
  });
});

it('a gradient: its weight is told', async () => {
  const model = {
    ...lineModel,
    evaluate: async (...given: Parameters<typeof lineModel.evaluate>) => {
      const { gradients, ...evaluation } = await lineModel.evaluate(...given);
      return { ...evaluation, gradients: [gradients[0]!, Float32Array.of(Infinity)] };
    },
  };
  await expect(course(line(5, { model }))).rejects.toThrow(
    "The gradient of 'offset' is not finite at step 1. Nothing was learnt before.",
  );
});
