import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { explainMissingModel, listModels } from '../../../server/runs/listModels.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-list-'));
  for (const name of ['whole/unet', 'group/inside/unet', 'no-unet/vae'])
    await mkdir(join(folder, name), { recursive: true });
  for (const name of ['single.safetensors', 'old.ckpt']) await writeFile(join(folder, name), 'x');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('lists files and folders, also one whose config.json is missing', async () => {
  const models = await listModels({ modelsFolder: folder, builtinFolder: folder });
  expect(models.map(({ name }) => name)).toEqual([
    'builtin',
    'group/inside',
    'old.ckpt',
    'single.safetensors',
    'whole',
  ]);
});

it.each([
  ['no-unet', /^the folder "no-unet" is no diffusers model: it has no unet\/ folder\.$/],
  ['gone', /^there is no model "gone" in the models folder; choose one of: builtin, group\/inside, /],
  ['../old.ckpt', /^there is no model "\.\.\/old\.ckpt"/],
  ['old.ckpt\0', /^there is no model/],
])('explains why %j is none', async (name, sentence) => {
  expect(await explainMissingModel(folder, name)).toMatch(sentence);
});

it('tells the first of many by name', async () => {
  for (let at = 0; at < 30; at++) await writeFile(join(folder, `z${at}.safetensors`), 'x');
  expect(await explainMissingModel(folder, 'gone')).toMatch(/z\d+\.safetensors and 15 more\.$/);
});
