import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { SamplingError } from './samplingError.ts';
import { asNoSpace, readFully, writeFully } from './spillFile.ts';

/** Where some bytes lie in a sealed file, and their CRC-32. */
export interface SealedSection {
  readonly offset: number;
  readonly bytes: number;
  readonly crc: number;
}

const magic = Buffer.from('IMPASTO1', 'latin1');
/** SHA-256 of the header, header length, data length, magic. */
const trailerBytes = 32 + 8 + 8 + magic.length;

/**
 * Writes data of unknown length and then seals it with a JSON header at the END, its SHA-256 and both lengths. The file
 * takes its name only when sealed, so that a reader sees all of it or nothing.
 */
export class SealedFileWriter {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #temporary: string;
  #bytes = 0;

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.#path = path;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  static async create(path: string): Promise<SealedFileWriter> {
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}.tmp`;
    return new SealedFileWriter(path, temporary, await open(temporary, 'wx'));
  }

  async append(bytes: Uint8Array): Promise<SealedSection> {
    const section = { offset: this.#bytes, bytes: bytes.byteLength, crc: crc32(bytes) };
    await this.#write(bytes);
    return section;
  }

  async seal(header: object): Promise<void> {
    const dataBytes = this.#bytes;
    const json = Buffer.from(JSON.stringify(header), 'utf8');
    const lengths = Buffer.alloc(16);
    lengths.writeBigUInt64LE(BigInt(json.length), 0);
    lengths.writeBigUInt64LE(BigInt(dataBytes), 8);
    await this.#write(Buffer.concat([json, createHash('sha256').update(json).digest(), lengths, magic]));
    await this.#handle.sync();
    await this.#handle.close();
    await rename(this.#temporary, this.#path);
  }

  /** Removes what was written so far; harmless after `seal`. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#temporary, { force: true });
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      await writeFully(this.#handle, bytes, this.#bytes);
    } catch (error) {
      throw asNoSpace(error, 'The latents and attention features of an inversion', this.#path);
    }
    this.#bytes += bytes.byteLength;
  }
}

/** A sealed file, open for reading. Every section's CRC is checked when it is read. */
export class SealedFile {
  readonly path: string;
  readonly header: unknown;
  readonly dataBytes: number;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle, parts: { header: unknown; dataBytes: number }) {
    this.path = path;
    this.#handle = handle;
    this.header = parts.header;
    this.dataBytes = parts.dataBytes;
  }

  /** Throws SamplingError `damaged-file` when the file is cut short or its header was changed. */
  static async open(path: string): Promise<SealedFile> {
    const handle = await open(path, 'r');
    try {
      return new SealedFile(path, handle, await readHeader(path, handle));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async read({ offset, bytes, crc }: SealedSection): Promise<Uint8Array> {
    const read = new Uint8Array(bytes);
    await readFully(this.#handle, read, offset);
    if (crc32(read) !== crc) throw damaged(this.path, `the ${bytes} bytes at ${offset} were changed`);
    return read;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function readHeader(path: string, handle: FileHandle): Promise<{ header: unknown; dataBytes: number }> {
  const { size } = await handle.stat();
  if (size < trailerBytes) throw damaged(path, `it has only ${size} bytes`);
  const trailer = Buffer.alloc(trailerBytes);
  await readFully(handle, trailer, size - trailerBytes);
  if (!trailer.subarray(-magic.length).equals(magic)) {
    throw damaged(path, 'it does not end with its seal, so it was cut short or is something else');
  }
  const [headerBytes, dataBytes] = [Number(trailer.readBigUInt64LE(32)), Number(trailer.readBigUInt64LE(40))];
  if (dataBytes + headerBytes + trailerBytes !== size) {
    throw damaged(
      path,
      `it has ${size} bytes, but its seal speaks of ${dataBytes + headerBytes + trailerBytes}`,
    );
  }
  const json = Buffer.alloc(headerBytes);
  await readFully(handle, json, dataBytes);
  if (!createHash('sha256').update(json).digest().equals(trailer.subarray(0, 32))) {
    throw damaged(path, 'its header does not match its checksum');
  }
  return { header: JSON.parse(json.toString('utf8')), dataBytes };
}

function damaged(path: string, why: string): SamplingError {
  return new SamplingError('damaged-file', `The saved inversion ${path} is damaged: ${why}.`);
}
