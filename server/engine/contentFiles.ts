import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeError } from '../../nodes/contract/nodeError.ts';
import { fileNameSchema } from '../protocol/runs.ts';

/** Samples are named by plain file names only: nothing that could lead out of their folder. */
const SAMPLE = /^sample:([A-Za-z0-9][A-Za-z0-9_-]*\.(?:png|jpg|webp))$/;

export interface ContentFolders {
  /** Where uploaded pictures and results lie, by hash. */
  readonly files: string;
  readonly samples: string;
}

/**
 * Where the file behind a reference should lie: `sample:<name>` or `<sha256>.<extension>`; undefined for anything else,
 * so that no reference can name another file.
 */
export function contentPath(reference: string, folders: ContentFolders): string | undefined {
  const sample = SAMPLE.exec(reference)?.[1];
  if (sample !== undefined) return join(folders.samples, sample);
  return fileNameSchema.safeParse(reference).success ? join(folders.files, reference) : undefined;
}

/** The bytes of an uploaded or sample file. Throws NodeError `missing-file`. */
export async function readContent(reference: string, folders: ContentFolders): Promise<Uint8Array> {
  const path = contentPath(reference, folders);
  if (path === undefined) {
    const message = `"${reference.slice(0, 80)}" is not the name of an uploaded picture or a sample: choose the picture again.`;
    throw new NodeError('missing-file', message, 'image');
  }
  try {
    return await readFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const message = `The picture ${reference.slice(0, 80)} is not there any more (${code}): choose it again.`;
    throw new NodeError('missing-file', message, 'image');
  }
}
