import { readFile } from 'node:fs/promises';
import { ModelError } from '../architectures/modelError.ts';

/** A JSON file, called `file` in messages; undefined when it is not there. Throws ModelError `config`. */
export async function readJson(path: string, file: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ModelError('config', `${file} is not valid JSON: ${(error as Error).message}`);
  }
}
