import { access } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { isAbsent } from '../files/ifAbsent.ts';
import { readSmallFile } from '../files/readSmallFile.ts';
import { whyNot } from '../files/whyNot.ts';
import { openWeightFile } from './openWeightFile.ts';
import type { WeightInfo, WeightSource } from './weightSource.ts';
import { WeightsError } from './weightsError.ts';

/** In order of preference: exact before half precision, .safetensors before what PyTorch pickled. */
const variants = ['.safetensors', '.bin', '.fp16.safetensors', '.fp16.bin'];
const indices = [
  '.safetensors.index.json',
  '.bin.index.json',
  '.safetensors.index.fp16.json',
  '.bin.index.fp16.json',
];

/**
 * Opens a folder's weights (named `folder/file` in messages): a file under one of `names`, whole or in shards that an
 * index lists. Throws WeightsError, and ModelError for an index that cannot be read.
 */
export async function openWeights(folder: string, names: readonly string[]): Promise<WeightSource> {
  const label = (file: string): string => `${basename(folder)}/${file}`;
  const candidates = (endings: readonly string[]) =>
    endings.flatMap((ending) => names.map((name) => `${name}${ending}`));
  for (const file of candidates(variants)) {
    if (await exists(join(folder, file), label(file))) return openWeightFile(join(folder, file), label(file));
  }
  for (const index of candidates(indices)) {
    if (await exists(join(folder, index), label(index))) return openShards(folder, index, label);
  }
  throw new WeightsError('unreadable', label(`${names[0]}.safetensors`), 'the file is not there');
}

/** A checkpoint in several files, with an index that says which tensor is in which. */
async function openShards(
  folder: string,
  indexFile: string,
  label: (file: string) => string,
): Promise<WeightSource> {
  const index = label(indexFile);
  const places = await readIndex(join(folder, indexFile), index);
  const shards = new Map<string, WeightSource>();
  const tensors = new Map<string, WeightInfo>();
  for (const [name, file] of places) {
    const shard = shards.get(file) ?? (await openWeightFile(join(folder, file), label(file)));
    shards.set(file, shard);
    const info = shard.tensors.get(name);
    if (!info) throw new WeightsError('index', index, `says that '${name}' is in ${file}, which it is not`);
    tensors.set(name, info);
  }
  return {
    title: index,
    tensors,
    read: async (name, limit) => {
      const shard = shards.get(places.get(name) ?? '');
      if (!shard) throw new WeightsError('missing-tensor', index, `no tensor '${name}'`);
      return shard.read(name, limit);
    },
  };
}

async function readIndex(path: string, index: string): Promise<ReadonlyMap<string, string>> {
  const text = (await readSmallFile(path, index)) ?? '';
  let map: unknown;
  try {
    map = (JSON.parse(text) as Record<string, unknown> | null)?.['weight_map'];
  } catch {
    throw new WeightsError('index', index, 'is not valid JSON');
  }
  if (typeof map !== 'object' || map === null) throw new WeightsError('index', index, 'has no weight_map');
  const entries = Object.entries(map);
  for (const [name, file] of entries) {
    const plain =
      typeof file === 'string' &&
      ['.safetensors', '.bin'].includes(extname(file)) &&
      basename(file) === file &&
      !file.includes('\\');
    if (!plain)
      throw new WeightsError('index', index, `names the file ${JSON.stringify(file)} for '${name}'`);
  }
  return new Map(entries as [string, string][]);
}

/** Weights in a file that is refused are not looked for under another name. */
async function exists(path: string, file: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw new WeightsError('unreadable', file, `cannot be read: ${whyNot(error)}`);
  }
}
