import { readdir, stat } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { ifAbsent } from '../../models/files/ifAbsent.ts';
import { diffusersFiles, isDiffusersFolder } from './diffusersFiles.ts';
import type { FoundModel } from './modelsAt.ts';
import { unreadable } from './unreadable.ts';

export interface ModelFile {
  /** In the model's folder, with slashes; of a single file, its name. */
  readonly path: string;
  readonly absolute: string;
  readonly bytes: number;
}

/** The files of a model, as they are now. */
export interface ModelFiles {
  readonly files: readonly ModelFile[];
  readonly bytes: number;
  /** Changes when one of the files does, or is replaced by another of the same size and time. */
  readonly signature: string;
  /** Why they are not all of them, a sentence that begins with "It". */
  readonly problem?: string;
}

/** The files that belong to a model: the file itself, or what Impasto uses of a folder. Never rejects. */
export async function modelFiles(model: Pick<FoundModel, 'path' | 'layout'>): Promise<ModelFiles> {
  const files: ModelFile[] = [];
  const signature: string[] = [];
  let problem: string | undefined;
  try {
    for (const { path, absolute } of await wanted(model)) {
      const facts = await stat(absolute).catch(ifAbsent(undefined));
      if (!facts?.isFile()) continue;
      files.push({ path, absolute, bytes: facts.size });
      signature.push(`${path}:${facts.size}:${facts.mtimeMs}:${facts.ino}`);
    }
  } catch (error) {
    problem = unreadable(error);
    signature.push(problem);
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { files, bytes, signature: signature.join(';'), ...(problem !== undefined && { problem }) };
}

async function wanted({
  path,
  layout,
}: Pick<FoundModel, 'path' | 'layout'>): Promise<Omit<ModelFile, 'bytes'>[]> {
  if (layout === 'single-file') return [{ path: basename(path), absolute: path }];
  const used = diffusersFiles(await filesIn(path));
  return used.map((file) => ({ path: file, absolute: join(path, ...file.split('/')) }));
}

/** Paths with slashes, relative to the folder and of the folders that a model has; links are followed. */
async function filesIn(folder: string, inner = ''): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, inner), { withFileTypes: true })) {
    const path = posix.join(inner, entry.name);
    const facts = entry.isSymbolicLink() ? await stat(join(folder, path)).catch(ifAbsent(undefined)) : entry;
    if (facts?.isFile()) found.push(path);
    else if (facts?.isDirectory() && inner === '' && isDiffusersFolder(path))
      found.push(...(await filesIn(folder, path)));
  }
  return found;
}
