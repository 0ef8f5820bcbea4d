import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  changedFile,
  checkSame,
  checkUnwritten,
  stampOf,
  stampsOf,
} from '../../../models/weights/fileStamp.ts';
import type { FileStamp } from '../../../models/weights/weightSource.ts';
import { openWeightFile } from '../../../models/weights/openWeightFile.ts';
import { memoryWeights } from '../../../models/weights/memoryWeights.ts';
import { writeSafetensors } from '../../../models/weights/writeSafetensors.ts';

let folder: string;
let path: string;
let stamps: FileStamp[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-stamp-'));
  path = join(folder, 'a.safetensors');
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  await writeFile(path, 'weights');
  stamps = [stampOf(path, 'a.safetensors')!];
});

it('lets a file be that stays as it was', () => {
  expect(changedFile(stamps)).toBeUndefined();
  checkSame(stamps);
  checkUnwritten(stamps);
});

it('refuses a file that was written into, at any time', async () => {
  await appendFile(path, '.');
  expect(changedFile(stamps)?.file).toBe('a.safetensors');
  expect(() => checkSame(stamps)).toThrow('a.safetensors: the file has been replaced or written to');
  expect(() => checkUnwritten(stamps)).toThrow('a.safetensors: the file was written to while it was in use');
});

it('a file that is replaced or removed is refused when a session opens, and does no harm to one that has it', async () => {
  await writeFile(`${path}.new`, 'weights');
  await rename(`${path}.new`, path);
  expect(() => checkSame(stamps)).toThrow('has been replaced');
  checkUnwritten(stamps);
  await rm(path);
  expect(() => checkSame(stamps)).toThrow('has been removed');
  checkUnwritten(stamps);
});

it('is known to every source that was opened from a file', async () => {
  const bytes = new Uint8Array(4096);
  await writeSafetensors(
    path,
    memoryWeights('w', new Map([['w', { dtype: 'uint8', shape: [4096], bytes }]])),
  );
  const [stamp] = stampsOf(await openWeightFile(path));
  expect(stamp).toEqual(stampOf(path, 'a.safetensors'));
});
