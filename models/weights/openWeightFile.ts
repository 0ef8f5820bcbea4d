import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { readRange, withFile } from './fileRange.ts';
import { openSafetensors } from './openSafetensors.ts';
import { openTorchFile } from './torch/openTorchFile.ts';
import type { WeightSource } from './weightSource.ts';
import { WeightsError } from './weightsError.ts';

/** How files begin that are taken for weights by mistake, and what they are. */
const mistaken: readonly (readonly [start: RegExp, what: string])[] = [
  [/^version https:\/\/git-lfs/, 'this is only a Git LFS pointer: the file itself has not been downloaded'],
  [
    /^\s*(<!doctype|<html|<\?xml)/i,
    'this is a web page, not weights: what was downloaded may be an error page',
  ],
  [/^GGUF/, 'this is a GGUF file, which is not read here; expected .safetensors, .ckpt, .pt, .pth or .bin'],
  [
    /^\x89HDF/,
    'this is a Keras (HDF5) file, which is not read here; expected .safetensors or a PyTorch file',
  ],
  [/^\x1f\x8b/, 'this is a gzip archive: unpack it first'],
  [/^Rar!|^7z\xbc\xaf/, 'this is an archive: unpack it first'],
];

/**
 * Opens a weight file of any format that is known, told by how it begins and not by its name: .safetensors, and what
 * PyTorch writes (.ckpt, .pt, .pth, .bin). Throws WeightsError.
 */
export async function openWeightFile(path: string, file = basename(path)): Promise<WeightSource> {
  const start = await firstBytes(path, file);
  for (const [pattern, what] of mistaken)
    if (pattern.test(start)) throw new WeightsError('format', file, what);
  // A .safetensors file's first 8 bytes are a length, which may look like anything; its 9th is a brace.
  if (start[8] === '{') return openSafetensors(path, file);
  if (/^(PK\x03\x04|\x80[\x02-\x05])/.test(start)) return openTorchFile(path, file);
  if (file.endsWith('.safetensors')) return openSafetensors(path, file);
  throw new WeightsError('format', file, 'this is neither a .safetensors nor a PyTorch file');
}

async function firstBytes(path: string, file: string): Promise<string> {
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  );
  const bytes = await withFile({ path, file }, (handle) =>
    readRange(handle, { offset: 0, length: Math.min(64, size), file }),
  );
  return Buffer.from(bytes).toString('latin1');
}
