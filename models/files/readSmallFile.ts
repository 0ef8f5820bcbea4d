import { readFile } from 'node:fs/promises';
import { ModelError } from '../architectures/modelError.ts';
import { lookAt } from './lookAt.ts';
import { whyNot } from './whyNot.ts';

/** The largest of them, CLIP's vocabulary, has 1 MB; what is beyond this is something else. */
const LARGEST = 16 * 2 ** 20;

/**
 * The text of a model's small file (a configuration, a vocabulary), called `file` in messages; undefined when it is not
 * there. Throws ModelError `config` for one that cannot be read, and ModelError `layout` for what is no file: a pipe
 * would keep its reader for ever.
 */
export async function readSmallFile(path: string, file: string): Promise<string | undefined> {
  const found = await lookAt(path);
  if (!found) return undefined;
  if (!found.isFile()) throw new ModelError('layout', `${file} is no file`);
  if (found.size > LARGEST)
    throw new ModelError('config', `${file} has ${found.size} bytes; expected ${LARGEST} at most`);
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new ModelError('config', `${file} cannot be read: ${whyNot(error)}`, { cause: error });
  });
}
