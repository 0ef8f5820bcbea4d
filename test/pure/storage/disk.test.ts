import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { disk } from '../../../server/storage/disk.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-disk-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('makes folders, replaces files as a whole and leaves nothing beside them', async () => {
  const path = join(folder, 'a', 'b', 'file.json');
  await disk.write(path, 'first');
  await disk.write(path, new TextEncoder().encode('second'), { durable: false });
  expect(await readFile(path, 'utf8')).toBe('second');
  expect(await readdir(join(folder, 'a', 'b'))).toEqual(['file.json']);
});

it('writes to where a link leads', async () => {
  const [target, link] = [join(folder, 'target'), join(folder, 'link')];
  await disk.write(target, 'old');
  await symlink(target, link);
  await disk.write(link, 'new');
  expect(await readFile(target, 'utf8')).toBe('new');
});

/** In a process whose files may not grow beyond some kilobytes: its first write is cut short, as on a full disk. */
it.skipIf(process.platform === 'win32')('keeps the old file when only part of the new one fits', async () => {
  const path = join(folder, 'kept.json');
  await disk.write(path, 'old');
  const program = `
    import { disk } from './server/storage/disk.ts';
    await disk.write(process.argv[1], 'x'.repeat(100_000)).then(() => console.log('saved'), () => console.log('refused'));`;
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', program, path];
  const limited = ['-c', 'trap "" XFSZ; ulimit -f 8; exec "$@"', 'sh', ...node];
  expect(
    execFileSync('sh', limited, { encoding: 'utf8', env: { ...process.env, TSX_DISABLE_CACHE: '1' } }),
  ).toBe('refused\n');
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).not.toContainEqual(expect.stringContaining('.tmp'));
});
