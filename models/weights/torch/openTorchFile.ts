import { basename, resolve } from 'node:path';
import { elementTypes } from '../../graph/elementType.ts';
import { elementCount } from '../../tensor/tensor.ts';
import { readRange, withFile, type NamedFile } from '../fileRange.ts';
import { PickleError } from '../pickle/pickleError.ts';
import { WeightsError } from '../weightsError.ts';
import type { WeightInfo, WeightSource } from '../weightSource.ts';
import { flattenTensors, type FlatTensors } from './flattenTensors.ts';
import { legacyContents } from './legacyContents.ts';
import { gatherView, isContiguous, viewSpan } from './readView.ts';
import type { Storage } from './storage.ts';
import type { StorageReference, StoredTensor } from './storedTensor.ts';
import { zipContents } from './zipContents.ts';

/** Of a view that repeats its storage's elements, which costs a file nothing. */
const MAX_REPEATED_BYTES = 16 * 2 ** 20;

/**
 * Opens what `torch.save` or `torch.jit.save` wrote: reads the names and places of the tensors only, by a reader that
 * never executes what a file asks for. Tensors are read when asked for, each by its range; the file is not kept open.
 * `file` is its name in messages. Throws WeightsError.
 */
export async function openTorchFile(path: string, file = basename(path)): Promise<WeightSource> {
  const at: NamedFile = { path: resolve(path), file };
  const start = await withFile(at, (handle) => readRange(handle, { offset: 0, length: 2, file }));
  const zip = start[0] === 0x50 && start[1] === 0x4b;
  const contents = await sentence(file, () => (zip ? zipContents(at) : legacyContents(at)));
  const { tensors, facts } = await sentence<FlatTensors>(file, () => flattenTensors(contents.root));
  const storages = await contents.locate(storagesOf(tensors));
  const infos = new Map<string, WeightInfo>();
  for (const [name, view] of tensors) {
    const { offset } = placeInStorage(name, view, { storages, file });
    const { dtype, shape } = view;
    const place = offset !== undefined && isContiguous(view) ? { place: { path: at.path, offset } } : {};
    infos.set(name, { dtype, shape, ...place });
  }
  return {
    title: file,
    tensors: infos,
    metadata: facts,
    read: async (name, limit = Infinity) => {
      const view = tensors.get(name);
      if (!view) throw new WeightsError('missing-tensor', file, `no tensor '${name}'`);
      return readView(view, placeInStorage(name, view, { storages, file }), limit);
    },
  };
}

/** Whatever is wrong with what the file says becomes a sentence that begins with its name. */
async function sentence<T>(file: string, read: () => Promise<T> | T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof WeightsError) throw error;
    const what = error instanceof PickleError ? 'the pickle in it is broken: ' : '';
    throw new WeightsError('container', file, `${what}${(error as Error).message}`);
  }
}

function storagesOf(tensors: ReadonlyMap<string, StoredTensor>): ReadonlyMap<string, StorageReference> {
  const storages = new Map<string, StorageReference>();
  for (const { storage } of tensors.values()) storages.set(storage.key, storage);
  return storages;
}

interface Place {
  readonly storage: Storage;
  /** The bytes of the storage that the view spans. */
  readonly begin: number;
  readonly end: number;
  /** Where they begin in the file, when they lie there as they are. */
  readonly offset?: number;
}

/** Throws WeightsError for a view that reaches outside its storage. */
function placeInStorage(
  name: string,
  view: StoredTensor,
  { storages, file }: { storages: ReadonlyMap<string, Storage>; file: string },
): Place {
  const storage = storages.get(view.storage.key)!;
  const { bytes } = elementTypes[view.dtype];
  const first = view.offset + (view.storage.view?.offset ?? 0);
  const [begin, end] = [first * bytes, (first + viewSpan(view)) * bytes];
  if (!(end <= storage.byteLength)) {
    const found = `bytes ${begin} to ${end} of a storage of ${storage.byteLength}`;
    throw new WeightsError('offsets', file, `the tensor '${name}' takes ${found}`);
  }
  const length = elementCount(view.shape) * bytes;
  if (!(length <= Math.max(storage.byteLength, MAX_REPEATED_BYTES)))
    throw new WeightsError(
      'offsets',
      file,
      `the tensor '${name}' has ${length} bytes, its storage ${storage.byteLength}`,
    );
  return { storage, begin, end, ...(storage.offset === undefined ? {} : { offset: storage.offset + begin }) };
}

async function readView(
  view: StoredTensor,
  { storage, begin, end }: Place,
  limit: number,
): Promise<Uint8Array> {
  const { bytes } = elementTypes[view.dtype];
  const length = Math.min(limit, elementCount(view.shape) * bytes);
  if (isContiguous(view)) return storage.read(begin, begin + length);
  return gatherView(view, await storage.read(begin, end), Math.ceil(length / bytes)).subarray(0, length);
}
