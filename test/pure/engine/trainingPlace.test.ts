import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WeightsError } from '../../../models/weights/weightsError.ts';
import { trainingPlace } from '../../../server/engine/trainingPlace.ts';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const place = (name = 'mine') =>
  trainingPlace(name, { dataFolder: folder, builtinFolder: at('with-the-program') });
const writing = (text: string) => (made: string) => writeFile(join(made, 'weights'), text);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-training-place-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('is held by one training at a time', async () => {
  const first = await place();
  await expect(place()).rejects.toMatchObject({
    code: 'bad-parameter',
    port: 'name',
    message:
      'The training "mine" is going on in another program: wait until it has ended, or choose another name.',
  });
  await first.release();
  await (await place()).release();
});

it('takes names that files can have, and none that is taken by what no training made', async () => {
  await writeFile(at('models.json'), JSON.stringify({ links: { linked: '/elsewhere/linked' } }));
  await mkdir(at('models', 'mine'), { recursive: true });
  for (const name of ['Mädchen im Grünen', 'v1.5', '油画']) await (await place(name)).release();
  for (const name of [
    'mine',
    'linked',
    'builtin',
    'Builtin',
    '',
    '.',
    '..',
    '../x',
    'a/b',
    'x.safetensors',
  ]) {
    await expect(place(name)).rejects.toMatchObject({ code: 'bad-parameter', port: 'name' });
  }
  await expect(place('x'.repeat(300))).rejects.toMatchObject({
    message: expect.stringContaining('too long'),
  });
});

it('puts a better model in the place of its own', async () => {
  const { saveModel, release } = await place();
  await saveModel(writing('good'));
  await saveModel(writing('better'));
  await release();
  expect(await readFile(at('models', 'mine', 'weights'), 'utf8')).toBe('better');
  expect(await readdir(at('training', 'mine'))).toEqual([]);
});

it('keeps the model that was there when a better one cannot be written, and says why', async () => {
  const { saveModel } = await place();
  await saveModel(writing('good'));
  const full = new WeightsError('unwritable', 'x.safetensors', 'cannot be written (the disk is full)');
  await expect(saveModel(() => Promise.reject(full))).rejects.toMatchObject({
    message: expect.stringMatching(/"mine" could not be saved: x\.safetensors.*the disk is full.*goes on/),
  });
  expect(await readFile(at('models', 'mine', 'weights'), 'utf8')).toBe('good');
});

it('a process that was killed while it replaced the model has lost and left nothing', async () => {
  const { saveModel, release } = await place();
  await saveModel(writing('good'));
  await release();
  await rename(at('models', 'mine'), at('training', 'mine', 'model.1.old'));
  await mkdir(at('training', 'mine', 'model.2'));
  await (await place()).release();
  expect(await readFile(at('models', 'mine', 'weights'), 'utf8')).toBe('good');
  expect(await readdir(at('training', 'mine'))).toEqual([]);
});
