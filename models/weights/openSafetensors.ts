import type { FileHandle } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { readRange, withFile } from './fileRange.ts';
import { MAX_HEADER_BYTES, parseSafetensorsHeader } from './safetensorsHeader.ts';
import { byteLength, type WeightSource } from './weightSource.ts';
import { WeightsError } from './weightsError.ts';

/**
 * Opens a .safetensors file: reads and checks its header only. Tensors are read when asked for, each by its range;
 * the file is not kept open. `file` is its name in messages. Throws WeightsError.
 */
export async function openSafetensors(path: string, file = basename(path)): Promise<WeightSource> {
  const full = resolve(path);
  const { tensors, metadata } = await withFile({ path: full, file }, async (handle) => {
    const { size } = await handle.stat();
    const { json, dataStart } = await readHeader(handle, size, file);
    return parseSafetensorsHeader(json, { path: full, file, dataStart, fileSize: size });
  });
  const read = async (name: string, limit = Infinity): Promise<Uint8Array> => {
    const info = tensors.get(name);
    if (!info?.place) throw new WeightsError('missing-tensor', file, `no tensor '${name}'`);
    const { offset } = info.place;
    const length = Math.min(limit, byteLength(info));
    return withFile({ path: full, file }, (handle) => readRange(handle, { offset, length, file }));
  };
  return { title: file, tensors, metadata, read };
}

async function readHeader(handle: FileHandle, size: number, file: string) {
  if (size < 8) throw new WeightsError('header', file, `${size} bytes are too few for a .safetensors file`);
  const prefix = await readRange(handle, { offset: 0, length: 8, file });
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || 8 + length > size) {
    const message = `the header claims ${length} bytes, the file has ${size} (the limit is ${MAX_HEADER_BYTES})`;
    throw new WeightsError('header', file, message);
  }
  const bytes = await readRange(handle, { offset: 8, length, file });
  return { json: new TextDecoder().decode(bytes), dataStart: 8 + length };
}
