import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ModelError } from '../architectures/modelError.ts';
import { isAbsent } from './ifAbsent.ts';
import { whyNot } from './whyNot.ts';

/** What lies at a path, links followed; undefined when nothing does. Throws ModelError `layout` for what is refused. */
export async function lookAt(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new ModelError('layout', `${path} cannot be read: ${whyNot(error)}`, { cause: error });
  }
}
