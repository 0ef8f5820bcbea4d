import { createHash } from 'node:crypto';
import type { WeightSource } from './weightSource.ts';

const SAMPLED_TENSORS = 64;
const SAMPLED_BYTES = 4096;

/**
 * Identity of weights without reading gigabytes: SHA-256 (hex) over every tensor's name, type and shape, in order of
 * name, and over the first 4 KiB of 64 tensors spread over that list. Two trainings of one architecture differ in
 * practically every weight, so they differ here; a file that was edited in a few places only might not.
 */
export async function hashWeights(source: WeightSource): Promise<string> {
  const names = [...source.tensors.keys()].toSorted();
  const hash = createHash('sha256');
  for (const name of names) {
    const { dtype, shape } = source.tensors.get(name)!;
    hash.update(`${JSON.stringify(name)} ${dtype} ${shape.join('x')}\n`);
  }
  const step = Math.max(1, Math.floor(names.length / SAMPLED_TENSORS));
  for (let i = 0; i < names.length; i += step) hash.update(await source.read(names[i]!, SAMPLED_BYTES));
  return hash.digest('hex');
}
