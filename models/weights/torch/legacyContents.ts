import type { FileHandle } from 'node:fs/promises';
import { elementTypes } from '../../graph/elementType.ts';
import { readRange, withFile, type NamedFile } from '../fileRange.ts';
import { PickleEndError } from '../pickle/pickleError.ts';
import { PickleDict, PickleSequence, type PickleValue } from '../pickle/pickleValue.ts';
import { readPickle, type ReadPickle } from '../pickle/readPickle.ts';
import { WeightsError } from '../weightsError.ts';
import { plainStorage, type Storage } from './storage.ts';
import type { StorageReference } from './storedTensor.ts';
import type { TorchContents } from './torchContents.ts';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const FIRST_WINDOW = 2 ** 20;
const MAX_WINDOW = 64 * 2 ** 20;

/**
 * PyTorch before 1.6: five pickles one after the other (a magic number, a protocol version, facts about the machine,
 * the object, the storages' keys), then every storage with its length before it (torch/serialization.py,
 * `_legacy_load`).
 */
export async function legacyContents(file: NamedFile): Promise<TorchContents> {
  return withFile(file, async (handle) => {
    const { size } = await handle.stat();
    const { values, end } = await firstPickles(handle, { count: 5, size, file: file.file });
    const [magic, , system, root = null, keys] = values;
    if (magic !== MAGIC)
      throw new WeightsError('container', file.file, 'this is a pickle, but not one that PyTorch wrote');
    if (system instanceof PickleDict && system.get('little_endian') === false)
      throw new WeightsError(
        'container',
        file.file,
        'its numbers are big-endian; only little-endian ones are read',
      );
    const order = keys instanceof PickleSequence ? keys.items.map(String) : [];
    return { root, locate: (storages) => locate(file, { storages, order, start: end }) };
  });
}

/** How long a pickle is nobody says: a longer window is taken until it holds them all. */
async function firstPickles(
  handle: FileHandle,
  { count, size, file }: { count: number; size: number; file: string },
): Promise<{ values: PickleValue[]; end: number }> {
  for (let window = FIRST_WINDOW; ; window *= 4) {
    const length = Math.min(size, window, MAX_WINDOW);
    const bytes = await readRange(handle, { offset: 0, length, file });
    try {
      const values: PickleValue[] = [];
      let last: ReadPickle = { value: null, end: 0 };
      for (let i = 0; i < count; i++) {
        last = readPickle(bytes, last.end);
        if (i === 0 && last.value !== MAGIC) return { values: [last.value], end: last.end };
        values.push(last.value);
      }
      return { values, end: last.end };
    } catch (error) {
      if (!(error instanceof PickleEndError) || length === size || length === MAX_WINDOW) throw error;
    }
  }
}

interface LegacyStorages {
  readonly storages: ReadonlyMap<string, StorageReference>;
  /** The keys in the order in which their storages lie in the file. */
  readonly order: readonly string[];
  readonly start: number;
}

async function locate(
  file: NamedFile,
  { storages, order, start }: LegacyStorages,
): Promise<ReadonlyMap<string, Storage>> {
  const found = new Map<string, Storage>();
  await withFile(file, async (handle) => {
    const { size } = await handle.stat();
    let at = start;
    for (const key of order) {
      const dtype = storages.get(key)?.dtype;
      if (!dtype)
        throw new WeightsError('container', file.file, `no tensor says of which type the storage ${key} is`);
      const header = await readRange(handle, { offset: at, length: 8, file: file.file });
      const count = Number(new DataView(header.buffer).getBigInt64(0, true));
      const byteLength = count * elementTypes[dtype].bytes;
      if (count < 0 || at + 8 + byteLength > size) {
        const message = `the storage ${key} claims ${count} elements; the file ends before them (is it complete?)`;
        throw new WeightsError('container', file.file, message);
      }
      found.set(key, plainStorage(file, at + 8, byteLength));
      at += 8 + byteLength;
    }
  });
  for (const key of storages.keys())
    if (!found.has(key)) throw new WeightsError('container', file.file, `the storage ${key} is not there`);
  return found;
}
