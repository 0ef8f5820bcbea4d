import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diffusersParts } from '../../../models/catalog/diffusersParts.ts';
import { readJson } from '../../../models/catalog/readJson.ts';
import { refusalSentence } from '../../../models/files/refusalSentence.ts';
import { folderVocabulary } from '../../../models/text/clipVocabulary.ts';
import { openWeights } from '../../../models/weights/openWeights.ts';
import { openWeightFile } from '../../../models/weights/openWeightFile.ts';
import { FileStore } from '../../../server/storage/fileStore.ts';
import { RunStore } from '../../../server/storage/runStore.ts';
import { WorkflowStore } from '../../../server/storage/workflowStore.ts';
import { disk } from '../../../server/storage/disk.ts';

/** Links in a circle are refused to everybody, also to an administrator, whom permissions do not stop. */
const circle = (path: string) => symlink(path, path);
const pipe = (path: string) => execFileSync('/usr/bin/env', ['mkfifo', path]);

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('what the system refuses is not taken for absent', () => {
  it('as a configuration, which is undefined only when it is not there', async () => {
    expect(await readJson(at('config.json'), 'sd/config.json')).toBeUndefined();
    expect(await readJson(at('config.json', 'below'), 'x')).toBeUndefined();
    await circle(at('config.json'));
    await expect(readJson(at('config.json'), 'sd/config.json')).rejects.toThrow(
      `${at('config.json')} cannot be read: its links lead in a circle`,
    );
    await mkdir(at('folder.json'));
    await expect(readJson(at('folder.json'), 'sd/folder.json')).rejects.toThrow('sd/folder.json is no file');
  });

  it('as a part of a diffusers folder, nor as its vocabulary', async () => {
    await mkdir(at('tokenizer'));
    await circle(at('unet'));
    await expect(diffusersParts(folder)).rejects.toThrow(/unet cannot be read: its links lead in a circle/);
    await circle(at('tokenizer', 'vocab.json'));
    await expect(folderVocabulary(at('tokenizer'))).rejects.toThrow(/vocab\.json cannot be read: its links/);
  });

  it('as weights, for which others would stand in', async () => {
    await circle(at('model.safetensors'));
    await writeFile(at('model.bin'), 'x');
    await expect(openWeights(folder, ['model'])).rejects.toThrow(
      /model\.safetensors: cannot be read: its links lead in a circle/,
    );
    await expect(openWeightFile(at('model.safetensors'))).rejects.toThrow(
      'model.safetensors: cannot be read: its links lead in a circle',
    );
  });

  it('as an index of shards', async () => {
    await mkdir(at('model.safetensors.index.json'));
    await expect(openWeights(folder, ['model'])).rejects.toThrow(/index\.json is no file/);
  });

  it('as the folder of workflows, of runs, or as a kept picture', async () => {
    for (const name of ['workflows', 'runs', 'files']) await circle(at(name));
    const refused = { code: 'ELOOP' };
    const trash = at('trash');
    await expect(new WorkflowStore({ workflows: at('workflows'), trash }, disk).list()).rejects.toMatchObject(
      refused,
    );
    await expect(new RunStore({ runs: at('runs'), trash }, disk).list()).rejects.toMatchObject(refused);
    const picture = `${'0'.repeat(64)}.png`;
    await expect(new FileStore(at('files'), disk).find(picture)).rejects.toMatchObject(refused);
    expect(await new FileStore(at('nothing'), disk).find(picture)).toBeUndefined();
  });
});

it('a pipe in a place of a file is said to be none: opening it would wait for ever', async () => {
  pipe(at('config.json'));
  await expect(readJson(at('config.json'), 'sd/config.json')).rejects.toThrow('sd/config.json is no file');
  pipe(at('model.safetensors'));
  await expect(openWeights(folder, ['model'])).rejects.toThrow(/model\.safetensors: this is no file/);
});

it('a configuration of gigabytes is not read', async () => {
  await writeFile(at('config.json'), '');
  await truncate(at('config.json'), 5e9);
  await expect(readJson(at('config.json'), 'sd/config.json')).rejects.toThrow(
    'sd/config.json has 5000000000 bytes; expected 16777216 at most',
  );
});

it('a refused file becomes a sentence; other errors do not', async () => {
  await circle(at('x'));
  const error: unknown = await new FileStore(at('x'), disk).find(`${'0'.repeat(64)}.png`).catch((e) => e);
  expect(refusalSentence(error)).toMatch(/^\/.*\.png cannot be used: its links lead in a circle\.$/);
  expect(refusalSentence(new Error('x'))).toBeUndefined();
});
