import { mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskCache } from '../../../server/engine/diskCache.ts';

let folder: string;
let warnings: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-cache-'));
  warnings = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const cache = (budget = 1000) => new DiskCache({ folder, budget, warn: (message) => warnings.push(message) });
const write = (on: DiskCache, key: string, bytes: number) =>
  on.write(key, (place) => writeFile(join(place, 'data.bin'), Buffer.alloc(bytes, key)));
const read = (on: DiskCache, key: string) =>
  on.read(key, async (place) => (await readFile(join(place, 'data.bin'))).length);

describe('DiskCache', () => {
  it('reads what it wrote, also in another process', async () => {
    await write(cache(), 'a', 100);
    expect(await read(cache(), 'a')).toBe(100);
    expect(await read(cache(), 'b')).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('drops an entry that is damaged, and says so', async () => {
    await write(cache(), 'a', 100);
    await truncate(join(folder, 'a', 'data.bin'), 50);
    expect(await read(cache(), 'a')).toBeUndefined();
    expect(warnings[0]).toContain('data.bin has 50 bytes instead of 100');
    expect(await readdir(folder)).toEqual([]);
  });

  it('drops an entry that its reader cannot make sense of', async () => {
    await write(cache(), 'a', 100);
    expect(await cache().read('a', () => Promise.reject(new Error('nonsense')))).toBeUndefined();
    expect(warnings[0]).toContain('nonsense');
    expect(await read(cache(), 'a')).toBeUndefined();
  });

  it('takes an entry without its list of files for a left-over', async () => {
    await mkdir(join(folder, 'a'));
    expect(await read(cache(), 'a')).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('never fails a run: a write that fails leaves nothing behind', async () => {
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    await cache().write('a', async (place) => {
      await writeFile(join(place, 'half'), 'x');
      throw full;
    });
    expect(warnings).toEqual(['A result could not be kept on disk: no space left on device.']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not keep what is larger than all it may hold', async () => {
    await write(cache(), 'a', 2000);
    expect(await read(cache(), 'a')).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });

  it('trims the least recently used entries, and left-overs of other processes', async () => {
    const on = cache(1000);
    for (const [index, key] of ['old', 'middle', 'new'].entries()) {
      await write(on, key, 400);
      await utimes(join(folder, key), index + 1, index + 1);
    }
    await mkdir(join(folder, 'x.99999999.tmp'));
    await read(on, 'old');
    await on.trim();
    expect((await readdir(folder)).toSorted()).toEqual(['new', 'old']);
  });
});
