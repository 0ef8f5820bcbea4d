import { ModelError } from '../architectures/modelError.ts';
import { readSmallFile } from '../files/readSmallFile.ts';

/** A JSON file, called `file` in messages; undefined when it is not there. Throws ModelError as readSmallFile does. */
export async function readJson(path: string, file: string): Promise<unknown> {
  const text = await readSmallFile(path, file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ModelError('config', `${file} is not valid JSON: ${(error as Error).message}`);
  }
}
