import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Lists an entry's files and their sizes: an entry that does not match it is damaged. Written last. */
const MANIFEST = 'entry.json';

export interface DiskCacheOptions {
  readonly folder: string;
  /** Bytes that all entries together may take. */
  readonly budget: number;
  /** Told in a sentence when an entry was dropped or could not be written; the run goes on. */
  readonly warn?: (message: string) => void;
}

/**
 * Results worth keeping over a restart, one folder each, named by content key. An entry appears whole or not at all
 * (written aside, then renamed); a damaged one is dropped; the least recently used go when the budget is exceeded.
 */
export class DiskCache {
  readonly #options: DiskCacheOptions;

  constructor(options: DiskCacheOptions) {
    this.#options = options;
  }

  /** Undefined when there is no such entry, or none that can be read. */
  async read<T>(key: string, read: (folder: string) => Promise<T>): Promise<T | undefined> {
    const folder = this.#path(key);
    try {
      await checkManifest(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        await rm(folder, { recursive: true, force: true });
      else await this.#drop(key, error);
      return undefined;
    }
    try {
      const value = await read(folder);
      const now = new Date();
      await utimes(folder, now, now).catch(() => undefined);
      return value;
    } catch (error) {
      await this.#drop(key, error);
      return undefined;
    }
  }

  /** Never throws: a result that cannot be kept (disk full) is only a pity. */
  async write(key: string, write: (folder: string) => Promise<void>): Promise<void> {
    const aside = `${this.#path(key)}.${process.pid}.tmp`;
    try {
      await rm(aside, { recursive: true, force: true });
      await mkdir(aside, { recursive: true });
      await write(aside);
      const sizes = await fileSizes(aside);
      const bytes = Object.values(sizes).reduce((sum, size) => sum + size, 0);
      if (bytes > this.#options.budget)
        throw new Error(`it takes ${megabytes(bytes)}, more than the cache may hold`);
      await writeFile(join(aside, MANIFEST), JSON.stringify({ files: sizes }));
      await rm(this.#path(key), { recursive: true, force: true });
      await rename(aside, this.#path(key));
    } catch (error) {
      await rm(aside, { recursive: true, force: true }).catch(() => undefined);
      this.#options.warn?.(`A result could not be kept on disk: ${(error as Error).message}.`);
    }
  }

  /** Removes what exceeds the budget, least recently used first, and left-overs of processes that ended in mid-write. */
  async trim(): Promise<void> {
    const names = await readdir(this.#options.folder).catch(() => []);
    const entries = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#options.folder, name);
        const sizes = await fileSizes(path).catch(() => ({}));
        const used = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
        return { path, used, bytes: Object.values(sizes).reduce((sum, size) => sum + size, 0) };
      }),
    );
    let total = 0;
    for (const { path, bytes } of entries.sort((a, b) => b.used - a.used)) {
      total += bytes;
      const leftover = path.endsWith('.tmp') && !path.endsWith(`.${process.pid}.tmp`);
      if (total <= this.#options.budget && !leftover) continue;
      total -= bytes;
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  async #drop(key: string, error: unknown): Promise<void> {
    await rm(this.#path(key), { recursive: true, force: true }).catch(() => undefined);
    this.#options.warn?.(
      `A damaged cache entry was dropped and is computed again: ${(error as Error).message}.`,
    );
  }

  #path(key: string): string {
    return join(this.#options.folder, key);
  }
}

async function checkManifest(folder: string): Promise<void> {
  const text = await readFile(join(folder, MANIFEST), 'utf8');
  const { files } = JSON.parse(text) as { files: Record<string, number> };
  const found = await fileSizes(folder);
  for (const [name, size] of Object.entries(files)) {
    if (found[name] !== size) throw new Error(`${name} has ${found[name] ?? 0} bytes instead of ${size}`);
  }
}

async function fileSizes(folder: string): Promise<Record<string, number>> {
  const names = await readdir(folder);
  const sizes = names.map(async (name) => [name, (await stat(join(folder, name))).size] as const);
  return Object.fromEntries(await Promise.all(sizes));
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MB`;
