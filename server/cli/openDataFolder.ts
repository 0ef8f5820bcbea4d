import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { errorCode, makeFolder } from '../storage/disk.ts';
import { Complaint } from './complaint.ts';
import { whyNot } from '../../models/files/whyNot.ts';

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
    const reason = errorCode(error) === 'ENOENT' ? 'no folder can be made there' : whyNot(error);
    throw new Complaint(`The data folder ${path} cannot be written to: ${reason}.`, error);
  }
}
