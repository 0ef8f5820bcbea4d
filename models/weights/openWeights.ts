import { access, readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openSafetensors } from './openSafetensors.ts';
import type { WeightInfo, WeightSource } from './weightSource.ts';
import { WeightsError } from './weightsError.ts';

/**
 * Opens a folder's weights (named `folder/file` in messages): `NAME.safetensors`, a half-precision `NAME.fp16.safetensors`, or the shards that
 * `NAME.safetensors.index.json` lists. Throws WeightsError.
 */
export async function openWeights(folder: string, name: string): Promise<WeightSource> {
  const label = (file: string): string => `${basename(folder)}/${file}`;
  for (const file of [`${name}.safetensors`, `${name}.fp16.safetensors`]) {
    if (await exists(join(folder, file))) return openSafetensors(join(folder, file), label(file));
  }
  for (const index of [`${name}.safetensors.index.json`, `${name}.safetensors.index.fp16.json`]) {
    if (await exists(join(folder, index))) return openShards(folder, index, label);
  }
  const pickled = (await readdir(folder).catch(() => [])).find((file) => /\.(bin|ckpt|pt|pth)$/.test(file));
  const hint = pickled ? ` (there is ${pickled}, but only .safetensors files are read)` : '';
  throw new WeightsError('unreadable', label(`${name}.safetensors`), `the file is not there${hint}`);
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
    const shard = shards.get(file) ?? (await openSafetensors(join(folder, file), label(file)));
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
  let map: unknown;
  try {
    map = (JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown> | null)?.['weight_map'];
  } catch {
    throw new WeightsError('index', index, 'is not valid JSON');
  }
  if (typeof map !== 'object' || map === null) throw new WeightsError('index', index, 'has no weight_map');
  const entries = Object.entries(map);
  for (const [name, file] of entries) {
    const plain = typeof file === 'string' && file.endsWith('.safetensors') && basename(file) === file;
    if (!plain)
      throw new WeightsError('index', index, `names the file ${JSON.stringify(file)} for '${name}'`);
  }
  return new Map(entries as [string, string][]);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
