import { buffer } from 'node:stream/consumers';
import { fromFdPromise, type Entry, type ZipFile } from 'yauzl';
import { withFile, type NamedFile } from '../fileRange.ts';
import { WeightsError } from '../weightsError.ts';
import { plainStorage, type Storage } from './storage.ts';

const MAX_ENTRIES = 200_000;
/** Of an entry that has to be unpacked into memory. Weights are stored uncompressed by everything that writes them. */
const MAX_UNPACKED_BYTES = 256 * 2 ** 20;

/** The entries of a zip archive, by name. Nothing is read but the directory. */
export interface ZipArchive {
  readonly names: readonly string[];
  /** The bytes of an entry of at most `limit` bytes. Throws WeightsError for a larger one and for an unknown name. */
  bytes(name: string, limit: number): Promise<Uint8Array>;
  /** Where the entries lie; looks at each of their headers. */
  storages(names: ReadonlySet<string>): Promise<ReadonlyMap<string, Storage>>;
}

/** Throws WeightsError for a directory that cannot be trusted. */
export async function openZipArchive(file: NamedFile): Promise<ZipArchive> {
  const entries = await withZip(file, async (zip) => {
    if (zip.entryCount > MAX_ENTRIES)
      throw new Error(`it lists ${zip.entryCount} entries, more than ${MAX_ENTRIES}`);
    const found = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) {
      if (found.has(entry.fileName)) throw new Error(`two entries are called '${entry.fileName}'`);
      found.set(entry.fileName, entry);
    }
    return found;
  });
  const entryOf = (name: string): Entry => {
    const entry = entries.get(name);
    if (!entry) throw new WeightsError('container', file.file, `the entry '${name}' is not there`);
    if (!entry.canDecodeFileData())
      throw new WeightsError(
        'container',
        file.file,
        `the entry '${name}' is encrypted or packed in an unusual way`,
      );
    return entry;
  };
  const unpack = (entry: Entry, limit: number): Promise<Uint8Array> => {
    const { fileName, uncompressedSize } = entry;
    if (uncompressedSize > limit) {
      const message = `the entry '${fileName}' has ${uncompressedSize} bytes; ${limit} are the limit`;
      throw new WeightsError('container', file.file, message);
    }
    return withZip(file, async (zip) => buffer(await zip.openReadStreamPromise(entry)));
  };
  return {
    names: [...entries.keys()],
    bytes: async (name, limit) => unpack(entryOf(name), limit),
    storages: (names) =>
      withZip(file, async (zip) => {
        const storages = new Map<string, Storage>();
        for (const name of names) storages.set(name, await locate(zip, entryOf(name)));
        return storages;
      }),
  };

  async function locate(zip: ZipFile, entry: Entry): Promise<Storage> {
    const byteLength = entry.uncompressedSize;
    if (entry.compressionMethod !== 0)
      return {
        byteLength,
        read: async (begin, end) => (await unpack(entry, MAX_UNPACKED_BYTES)).subarray(begin, end),
      };
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    if (fileDataStart + byteLength > zip.fileSize)
      throw new Error(`the entry '${entry.fileName}' reaches outside the file (is it complete?)`);
    return plainStorage(file, fileDataStart, byteLength);
  }
}

async function withZip<T>(file: NamedFile, use: (zip: ZipFile) => Promise<T>): Promise<T> {
  return withFile(file, async (handle) => {
    try {
      return await use(await fromFdPromise(handle.fd, { autoClose: false, lazyEntries: true }));
    } catch (error) {
      if (error instanceof WeightsError) throw error;
      const { message: found } = error as Error;
      const reason = found.startsWith('End of central directory')
        ? 'its end is missing (is it complete?)'
        : found;
      const message = `the zip archive cannot be read: ${reason}`;
      throw new WeightsError('container', file.file, message);
    }
  });
}
