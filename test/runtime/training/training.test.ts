import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { train } from '../../../models/training/trainer/train.ts';
import { sineTraining } from './sineTraining.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'training-'));
});
afterAll(() => rm(folder, { recursive: true }));

const program = fileURLToPath(new URL('sineProcess.ts', import.meta.url));

/** Trains in a process that is killed without warning when it has told of so many steps; hands back what it told. */
async function trainUntilKilled(path: string, steps: number, killAt: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, path, `${steps}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (told.push(line) === killAt) child.kill('SIGKILL');
  }
  return told;
}

it('a graph that differentiates itself learns what it is shown', async () => {
  const losses: number[] = [];
  const { checkpoint: _, ...options } = await sineTraining('', 400);
  for await (const step of train(options)) {
    expect(step.total).toBeCloseTo(step.losses.get('error')! + 1e-3 * step.losses.get('size')!, 5);
    losses.push(step.losses.get('error')!);
  }
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 10);
});

it('killed twice and gone on with, it comes to the same bits as one that was left alone', async () => {
  const straight = await trainUntilKilled(join(folder, 'straight.safetensors'), 20, Infinity);
  expect(straight).toHaveLength(20);

  const path = join(folder, 'killed.safetensors');
  const told = new Map<string, string>();
  for (const killAt of [7, 6, Infinity]) {
    for (const line of await trainUntilKilled(path, 20, killAt)) {
      const [step, total] = line.split(' ') as [string, string];
      // A step that was done before, and lost, is done again to the same loss.
      expect(told.get(step) ?? total).toBe(total);
      told.set(step, total);
    }
  }
  expect([...told].map(([step, total]) => `${step} ${total}`)).toEqual(straight);
  expect(await readFile(path)).toEqual(await readFile(join(folder, 'straight.safetensors')));
});
