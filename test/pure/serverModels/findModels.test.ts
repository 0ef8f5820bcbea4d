import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findModels } from '../../../server/models/findModels.ts';
import { explainMissingModel, locateModel } from '../../../server/models/locateModel.ts';
import { modelFolders } from '../../../server/models/modelFolders.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const folders = () => modelFolders({ dataFolder: folder, builtinFolder: at('builtin') });
const names = async () => (await findModels(folders())).map(({ name }) => name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-find-'));
  for (const name of ['whole/unet', 'group/inside/unet', 'no-unet/vae', 'half.part/unet', 'tiny'])
    await mkdir(at('models', name), { recursive: true });
  for (const name of ['single.safetensors', 'old.ckpt', 'new.ckpt.part', '.hidden.ckpt'])
    await writeFile(at('models', name), 'x');
  for (const name of ['config.json', 'diffusion_pytorch_model.safetensors'])
    await writeFile(at('models', 'tiny', name), 'x');
  await mkdir(at('elsewhere', 'more'), { recursive: true });
  await writeFile(at('elsewhere', 'far.safetensors'), 'x');
  await writeFile(at('elsewhere', 'more', 'a.ckpt'), 'x');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const link = (links: Record<string, string>) => writeFile(at('models.json'), JSON.stringify({ links }));

describe('the models folder', () => {
  it('gives files and folders, also one whose config.json is missing, and no unfinished download', async () => {
    expect(await names()).toEqual([
      'builtin',
      'group/inside',
      'old.ckpt',
      'single.safetensors',
      'tiny',
      'whole',
    ]);
  });

  it.each([
    ['gone', /^there is no model "gone" in the models folder; choose one of: builtin, group\/inside, /],
    ['Old.CKPT', /^there is no model "Old\.CKPT", but one that is written "old\.ckpt"\.$/],
    ['../old.ckpt', /^there is no model "\.\.\/old\.ckpt"/],
    ['old.ckpt\0', /^there is no model/],
  ])('explains why %j is none', async (name, sentence) => {
    expect(await explainMissingModel(name, folders())).toMatch(sentence);
    await expect(locateModel(name, folders())).rejects.toMatchObject({ code: 'not-found' });
  });
});

it('says what a folder lacks', async () => {
  expect(await explainMissingModel('no-unet', folders())).toBe(
    'the folder "no-unet" is no diffusers model: it has no unet/ folder.',
  );
});

describe('links', () => {
  it('stand beside the files; a folder stands for the models in it', async () => {
    await link({ far: at('elsewhere', 'far.safetensors'), many: at('elsewhere') });
    expect(await names()).toEqual(expect.arrayContaining(['far', 'many/far.safetensors']) as never);
    expect(await locateModel('far', folders())).toBe(at('elsewhere', 'far.safetensors'));
    expect(await locateModel('many/far.safetensors', folders())).toBe(at('elsewhere', 'far.safetensors'));
    await expect(locateModel('many/../../x', folders())).rejects.toThrow(/no model/);
    await expect(locateModel('__proto__', folders())).rejects.toThrow(/no model/);
  });

  it('that lead nowhere stay in the list and say so', async () => {
    await link({ far: at('elsewhere', 'unplugged.safetensors') });
    expect((await findModels(folders())).find(({ name }) => name === 'far')).toMatchObject({ missing: true });
    await expect(locateModel('far', folders())).rejects.toThrow(/"far" is a link to .*unplugged.*not there/);
  });

  it('give way to a file of their name, which is then said', async () => {
    await link({ 'old.ckpt': at('elsewhere', 'far.safetensors') });
    const found = (await findModels(folders())).filter(({ name }) => name === 'old.ckpt');
    expect(found).toMatchObject([{ path: at('models', 'old.ckpt'), linked: false }]);
    expect(found[0]!.note).toMatch(/A link of that name leads to .*far\.safetensors/);
    expect(await locateModel('old.ckpt', folders())).toBe(at('models', 'old.ckpt'));
  });

  it('whose name differs only in capitals are told apart, and that is said', async () => {
    await link({ 'OLD.ckpt': at('elsewhere', 'far.safetensors') });
    const notes = (await findModels(folders())).map(({ note }) => note).filter((note) => note !== undefined);
    expect(notes).toEqual([
      expect.stringContaining('differs from "old.ckpt" only in capitals') as string,
      expect.stringContaining('differs from "OLD.ckpt" only in capitals') as string,
    ]);
  });
});

it('tells the first of many by name', async () => {
  await link({});
  for (let count = 0; count < 30; count++) await writeFile(at('models', `z${count}.safetensors`), 'x');
  expect(await explainMissingModel('gone', folders())).toMatch(/z\d+\.safetensors and 16 more\.$/);
});
