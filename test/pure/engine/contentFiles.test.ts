import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IdentifiedModel } from '../../../models/catalog/diffusionModel.ts';
import { contentPath, readContent } from '../../../server/engine/contentFiles.ts';
import { modelFolders } from '../../../server/models/modelFolders.ts';
import { ModelShelf } from '../../../server/engine/modelShelf.ts';

const HOSTILE = [
  '',
  '.',
  '..',
  '../x',
  '../../etc/passwd',
  '/etc/passwd',
  'a/../../x',
  'C:\\x',
  'a\\..\\b',
  'x\0y',
  '__proto__',
];
const hash = '0'.repeat(64);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-content-'));
  for (const name of ['files', 'samples', 'models', 'elsewhere/linked'])
    await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'files', `${hash}.png`), 'uploaded');
  await writeFile(join(folder, 'samples', 'lake.jpg'), 'sample');
  await writeFile(join(folder, 'models', 'one.safetensors'), 'weights');
  await symlink(join(folder, 'elsewhere', 'linked'), join(folder, 'models', 'linked'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('content references', () => {
  const folders = () => ({ files: join(folder, 'files'), samples: join(folder, 'samples') });

  it('name uploads and samples, and nothing else', async () => {
    expect(String(await readContent(`${hash}.png`, folders()))).toBe('uploaded');
    expect(String(await readContent('sample:lake.jpg', folders()))).toBe('sample');
    for (const name of HOSTILE) {
      expect(contentPath(name, folders())).toBeUndefined();
      expect(contentPath(`sample:${name}`, folders())).toBeUndefined();
      await expect(readContent(name, folders())).rejects.toMatchObject({ code: 'missing-file' });
    }
  });

  it('say when the file is gone', async () => {
    await expect(readContent(`${'1'.repeat(64)}.png`, folders())).rejects.toThrow(/not there any more/);
  });
});

describe('ModelShelf', () => {
  const shelf = () => {
    const opened: string[] = [];
    const identify = async (path: string): Promise<IdentifiedModel> => {
      const about = { title: path, hash, layout: 'single-file', architecture: 'any' } as const;
      const facts = { ...about, release: async () => void released.push(hash) };
      return { ...facts, open: async () => (opened.push(path), facts) };
    };
    const released: string[] = [];
    const folders = modelFolders({ dataFolder: folder, builtinFolder: '/builtin' });
    return { shelf: new ModelShelf({ folders, identify }), opened, released };
  };

  it('opens a model once, and again when its file was replaced, letting go of the old one', async () => {
    const { shelf: models, opened, released } = shelf();
    await models.open('one.safetensors');
    await models.open('one.safetensors');
    expect([opened.length, released.length]).toEqual([1, 0]);
    await writeFile(join(folder, 'models', 'one.safetensors'), 'other weights');
    await models.open('one.safetensors');
    expect(opened).toHaveLength(2);
    expect(released).toEqual([hash]);
  });

  it('says what a model is without opening it', async () => {
    const { shelf: models, opened } = shelf();
    expect((await models.identify('builtin')).title).toBe('Built-in model');
    expect(opened).toEqual([]);
  });

  it('knows the built-in model and follows links in the models folder', async () => {
    const { shelf: models, opened } = shelf();
    await models.open('builtin');
    await models.open('linked');
    expect(opened).toEqual(['/builtin/model', join(folder, 'elsewhere', 'linked')]);
  });

  it('refuses every name that could lead elsewhere, and lists what there is', async () => {
    const { shelf: models, opened } = shelf();
    for (const name of HOSTILE)
      await expect(models.open(name)).rejects.toMatchObject({ code: 'missing-model' });
    await expect(models.open('two')).rejects.toThrow(/builtin, one\.safetensors/);
    expect(opened).toEqual([]);
  });
});
