import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { openCaffeModel } from './caffe/openCaffeModel.ts';
import { stampOf, withStamp } from './fileStamp.ts';
import { readRange, withFile } from './fileRange.ts';
import { weightFileEndings } from './isWeightFile.ts';
import { openSafetensors } from './openSafetensors.ts';
import { openTorchFile } from './torch/openTorchFile.ts';
import type { WeightSource } from './weightSource.ts';
import { WeightsError } from './weightsError.ts';

/** How files begin that are taken for weights by mistake, and what they are. */
const mistaken: readonly (readonly [starts: readonly string[], what: string])[] = [
  [['version https://git-lfs'], 'this is only a Git LFS pointer: the file itself has not been downloaded'],
  [
    ['<!doctype', '<html', '<?xml'],
    'this is a web page, not weights: what was downloaded may be an error page',
  ],
  [['gguf'], `this is a GGUF file, which is not read here; expected ${weightFileEndings}`],
  [
    ['\x89hdf'],
    'this is a Keras (HDF5) file, which is not read here; expected .safetensors or a PyTorch file',
  ],
  [['\x1f\x8b', 'rar!', '7z\xbc\xaf'], 'this is a packed archive: unpack it first'],
];
/** A zip archive, and a pickle of protocol 2 to 5. */
const torchStarts = ['PK\x03\x04', '\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'];

/**
 * Opens a weight file of any format that is known, told by how it begins and not by its name: .safetensors, what PyTorch
 * writes (.ckpt, .pt, .pth, .bin), and Caffe's models (.caffemodel). Throws WeightsError.
 */
export async function openWeightFile(path: string, file = basename(path)): Promise<WeightSource> {
  // Before anything is read: what is written in between must show.
  const stamp = stampOf(path, file);
  const source = await openByContent(path, file);
  return stamp ? withStamp(source, stamp) : source;
}

async function openByContent(path: string, file: string): Promise<WeightSource> {
  const start = await firstBytes(path, file);
  const lower = start.trimStart().toLowerCase();
  for (const [starts, what] of mistaken)
    if (starts.some((mark) => lower.startsWith(mark))) throw new WeightsError('format', file, what);
  // A .safetensors file's first 8 bytes are a length, which may look like anything; its 9th is a brace.
  if (start[8] === '{') return openSafetensors(path, file);
  if (torchStarts.some((mark) => start.startsWith(mark))) return openTorchFile(path, file);
  if (file.endsWith('.safetensors')) return openSafetensors(path, file);
  // A protobuf message has no mark; Caffe's begins with the network's name.
  if (file.endsWith('.caffemodel') || start.startsWith('\n')) return openCaffeModel(path, file);
  throw new WeightsError(
    'format',
    file,
    'this is neither a .safetensors nor a PyTorch file nor a Caffe model',
  );
}

async function firstBytes(path: string, file: string): Promise<string> {
  // What is refused, opening it says.
  const found = await stat(path).catch(() => undefined);
  // A pipe would keep whoever opens it for ever.
  if (found && !found.isFile()) throw new WeightsError('format', file, 'this is no file');
  const length = Math.min(64, found?.size ?? 0);
  const bytes = await withFile({ path, file }, (handle) => readRange(handle, { offset: 0, length, file }));
  return Buffer.from(bytes).toString('latin1');
}
