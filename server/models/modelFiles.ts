import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { diffusersFiles } from './diffusersFiles.ts';
import type { FoundModel } from './findModels.ts';

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
}

/** Folders of a diffusers model hold files, and folders of files. */
const DEPTH = 2;

/** The files that belong to a model at that path: the file itself, or what Impasto uses of a folder. */
export async function modelFiles({ path, layout }: Pick<FoundModel, 'path' | 'layout'>): Promise<ModelFiles> {
  const paths =
    layout === 'single-file'
      ? [path]
      : diffusersFiles(await filesIn(path, DEPTH)).map((file) => join(path, file));
  const files: ModelFile[] = [];
  const signature: string[] = [];
  for (const absolute of paths) {
    const facts = await stat(absolute).catch(() => undefined);
    if (!facts?.isFile()) continue;
    const name = layout === 'single-file' ? basename(path) : slashed(relative(path, absolute));
    files.push({ path: name, absolute, bytes: facts.size });
    signature.push(`${name}:${facts.size}:${facts.mtimeMs}:${facts.ino}`);
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { files, bytes, signature: signature.join(';') };
}

/** Paths with slashes, relative to the folder; links are followed. */
async function filesIn(folder: string, depth: number, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(join(folder, prefix)).catch(() => [] as string[])) {
    const facts = await stat(join(folder, prefix, name)).catch(() => undefined);
    if (facts?.isFile()) found.push(prefix + name);
    else if (facts?.isDirectory() && depth > 1)
      found.push(...(await filesIn(folder, depth - 1, `${prefix}${name}/`)));
  }
  return found;
}

const slashed = (path: string): string => path.split(sep).join('/');
