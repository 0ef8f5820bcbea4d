import { createHash } from 'node:crypto';
import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { type Disk, StorageError } from '../storage/disk.ts';
import { Serial } from '../storage/serial.ts';

/** Thumbnails beyond this many are deleted, oldest first; they are made again when they are asked for. */
const KEEP = 4_000;

/** Small versions of pictures, made when first asked for and kept in a folder. */
export class Thumbnails {
  readonly #folder: string;
  readonly #disk: Disk;
  /** One at a time: a list of a hundred runs must not take every core from the sampler. */
  readonly #serial = new Serial();

  constructor(folder: string, disk: Disk) {
    this.#folder = folder;
    this.#disk = disk;
    // One core at most: the others are for the sampler.
    sharp.concurrency(1);
    sharp.cache(false);
  }

  /** WebP bytes of the picture at `path`, at most `width` wide. `name` tells pictures apart. */
  async get(name: string, path: string, width: number): Promise<Uint8Array> {
    const { mtimeMs } = await stat(path);
    const key = createHash('sha256').update(`${name} ${mtimeMs} ${width}`).digest('hex').slice(0, 32);
    const kept = join(this.#folder, `${key}.webp`);
    const known = await readFile(kept).catch(() => undefined);
    if (known) return known;
    return this.#serial.run(async () => {
      const made = await readFile(kept).catch(() => undefined);
      if (made) return made;
      const bytes = await sharp(path, { sequentialRead: true })
        .rotate()
        .resize({ width, withoutEnlargement: true })
        .webp({ quality: 82 })
        .toBuffer();
      await this.#disk.write(kept, bytes, { durable: false }).catch((error: unknown) => {
        if (!(error instanceof StorageError)) throw error;
      });
      return bytes;
    });
  }

  /** Deletes the oldest thumbnails beyond the bound. */
  async trim(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [] as string[]);
    if (names.length <= KEEP) return;
    const paths = names.map((name) => join(this.#folder, name));
    const ages = await Promise.all(paths.map(async (path) => ({ path, age: (await stat(path)).mtimeMs })));
    const oldest = ages.sort((a, b) => a.age - b.age).slice(0, names.length - KEEP);
    await Promise.all(oldest.map(({ path }) => rm(path, { force: true })));
  }
}
