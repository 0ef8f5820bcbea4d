import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifAbsent } from '../../models/files/ifAbsent.ts';
import { fileNameSchema } from '../protocol/runs.ts';
import type { Disk } from './disk.ts';

export type FileExtension = 'png' | 'jpg' | 'webp' | 'json';

/** Pictures by content: a file's name is the SHA-256 of its bytes, so the same picture is kept once. */
export class FileStore {
  readonly folder: string;
  readonly #disk: Disk;

  constructor(folder: string, disk: Disk) {
    this.folder = folder;
    this.#disk = disk;
  }

  /** Keeps the bytes and returns their name, `<sha256>.<extension>`. */
  async put(bytes: Uint8Array, extension: FileExtension): Promise<string> {
    const name = `${createHash('sha256').update(bytes).digest('hex')}.${extension}`;
    const known = await stat(join(this.folder, name)).catch(ifAbsent(undefined));
    if (known?.size !== bytes.byteLength) await this.#disk.write(join(this.folder, name), bytes);
    return name;
  }

  /** Where the file lies, or undefined when the name is not one of ours or no such file is kept. */
  async find(name: string): Promise<string | undefined> {
    if (!fileNameSchema.safeParse(name).success) return undefined;
    const path = join(this.folder, name);
    const known = await stat(path).catch(ifAbsent(undefined));
    return known?.isFile() ? path : undefined;
  }

  /** The bytes, or undefined when no such file is kept. */
  async read(name: string): Promise<Uint8Array | undefined> {
    const path = await this.find(name);
    if (path === undefined) return undefined;
    return readFile(path).catch(ifAbsent(undefined));
  }
}
