import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DiffusionModel } from '../../../models/catalog/diffusionModel.ts';
import { loadTemplate, startEngine as startEngineOn } from '../../helpers/startEngine.ts';

/** What everything after it is counted in: StyleID as it ships, but for the size, which changes no count. */
const styleid = { 'size.value': 64, 'steps.value': 50 };
let folder: string;
let evaluations = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-evaluations-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Counts the rows that the UNet is asked for, however they are batched. */
function counting(model: DiffusionModel): DiffusionModel {
  const { denoiser } = model;
  if (!denoiser) return model;
  return {
    ...model,
    denoiser: {
      ...denoiser,
      evaluate: (call) => {
        evaluations += call.timesteps.length;
        return denoiser.evaluate(call);
      },
    },
  };
}

/** A fresh engine, as after a restart of the server, on the same data folder. */
const startEngine = () =>
  startEngineOn({ dataFolder: folder, builtinFolder: 'models/builtin', watch: counting });

async function evaluationsOf(
  { run }: ReturnType<typeof startEngine>,
  overrides: Record<string, string | number>,
): Promise<number> {
  evaluations = 0;
  const { finished } = await run(await loadTemplate('styleid', { ...styleid, ...overrides }));
  expect(finished.state).toBe('done');
  return evaluations;
}

/** An inversion takes 50 evaluations, and sampling 49: StyleID leaves out the first of the 50 steps. */
it('a run of StyleID evaluates the UNet no more than what is new of it takes', async () => {
  const engine = startEngine();
  const other = { 'style.image': 'sample:sea.jpg' };
  expect(await evaluationsOf(engine, {})).toBe(149);
  expect(await evaluationsOf(engine, other)).toBe(99);
  expect(await evaluationsOf(engine, { ...other, 'content.image': 'sample:garden.jpg' })).toBe(99);
  expect(await evaluationsOf(engine, { 'kv-swap.gamma': 0.4 })).toBe(49);
  expect(await evaluationsOf(engine, { 'kv-swap.tau': 1.2 })).toBe(49);
  expect(await evaluationsOf(engine, { 'kv-swap.tau': 1.2 })).toBe(0);
});

it('nor after a restart of the server', async () => {
  expect(await evaluationsOf(startEngine(), { 'kv-swap.gamma': 0.6 })).toBe(49);
  expect(await evaluationsOf(startEngine(), { 'style.image': 'sample:sunflowers.jpg' })).toBe(99);
  expect(await evaluationsOf(startEngine(), { 'content.image': 'sample:balloons.jpg' })).toBe(99);
});
