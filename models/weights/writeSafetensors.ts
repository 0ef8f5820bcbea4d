import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { ElementType } from '../graph/elementType.ts';
import { syncFolder } from '../files/syncFolder.ts';
import { whyNot } from '../files/whyNot.ts';
import { byteLength, type WeightSource } from './weightSource.ts';
import { WeightsError } from './weightsError.ts';

const formatName: Readonly<Record<ElementType, string>> = {
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  float64: 'F64',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint64: 'U64',
  uint32: 'U32',
  uint16: 'U16',
  uint8: 'U8',
  bool: 'BOOL',
  float8e4m3: 'F8_E4M3',
  float8e5m2: 'F8_E5M2',
};

/**
 * Writes a source as a .safetensors file, one tensor at a time. The file appears under its name only when it is complete
 * and on the disk; on an error nothing is left. Throws WeightsError.
 */
export async function writeSafetensors(
  path: string,
  source: WeightSource,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const file = basename(path);
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    const handle = await open(partial, 'wx');
    try {
      await writeAll(handle, source, headerBytes(source, metadata));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(partial, { force: true });
    throw new WeightsError('unwritable', file, `cannot be written (${whyNot(error)})`);
  }
}

async function writeAll(handle: FileHandle, source: WeightSource, header: Uint8Array): Promise<void> {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.byteLength), true);
  await handle.writeFile(length);
  await handle.writeFile(header);
  for (const [name, info] of source.tensors) {
    const bytes = await source.read(name);
    if (bytes.byteLength !== byteLength(info)) {
      throw new Error(`'${name}' has ${bytes.byteLength} bytes, expected ${byteLength(info)}`);
    }
    await handle.writeFile(bytes);
  }
}

/** The JSON header, padded with blanks so that the tensors begin at a multiple of 8. */
function headerBytes(source: WeightSource, metadata: Readonly<Record<string, string>>): Uint8Array {
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let begin = 0;
  for (const [name, info] of source.tensors) {
    const end = begin + byteLength(info);
    entries.push([name, { dtype: formatName[info.dtype], shape: info.shape, data_offsets: [begin, end] }]);
    begin = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const padded = new Uint8Array(Math.ceil(json.byteLength / 8) * 8).fill(0x20);
  padded.set(json);
  return padded;
}
