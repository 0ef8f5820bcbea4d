import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errorCode } from '../storage/disk.ts';
import { Complaint } from './complaint.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'no folder can be made there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'part of the path is a file',
  EEXIST: 'there is a file of that name',
};

/** Makes the data folder if there is none and tries to write into it. Throws Complaint. */
export async function openDataFolder(folder: string): Promise<string> {
  const path = resolve(folder);
  const probe = join(path, `.probe-${process.pid}`);
  try {
    await makeFolder(join(path, 'models'));
    await writeFile(probe, '');
    await rm(probe);
    return path;
  } catch (error) {
    const code = errorCode(error) ?? '';
    throw new Complaint(`The data folder ${path} cannot be written to: ${REASONS[code] ?? code}.`, error);
  }
}

/** Not mkdir's `recursive`: under /proc that tries for ever. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}
