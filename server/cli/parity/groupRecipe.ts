import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { memoryWeights, type MemoryTensor } from '../../../models/weights/memoryWeights.ts';
import type { WeightSource } from '../../../models/weights/weightSource.ts';

interface GroupRecipe {
  readonly groups: Readonly<
    Record<
      string,
      {
        /** Of all tensors, one behind the other. */
        readonly sha256: string;
        readonly tensors: readonly (readonly [
          name: string,
          shape: readonly number[],
          offset: number,
          scale: number,
          shift: number,
        ])[];
      }
    >
  >;
}

/**
 * Weights by formula in named groups (golden/phdiffusion/README.md, "model"), float32. Throws an Error when a group's sum
 * is not the one that the recipe states.
 */
export async function groupRecipe(path: string): Promise<ReadonlyMap<string, WeightSource>> {
  const { groups } = JSON.parse(await readFile(path, 'utf8')) as GroupRecipe;
  return new Map(
    Object.entries(groups).map(([group, { tensors, sha256 }]) => {
      const title = `${basename(path)}: ${group}`;
      const made = new Map<string, MemoryTensor>();
      const sum = createHash('sha256');
      for (const [name, shape, offset, scale, shift] of tensors) {
        const bytes = new Uint8Array(valuesOf({ shape, offset, scale, shift }).buffer);
        sum.update(bytes);
        made.set(name, { dtype: 'float32', shape, bytes });
      }
      if (sum.digest('hex') !== sha256) throw new Error(`${title} does not have the sum that it states`);
      return [group, memoryWeights(title, made)] as const;
    }),
  );
}

/** shift + scale * (2 u - 1), u being a hash of offset + i. */
function valuesOf(recipe: {
  readonly shape: readonly number[];
  readonly offset: number;
  readonly scale: number;
  readonly shift: number;
}): Float32Array {
  const { shape, offset, scale, shift } = recipe;
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < values.length; i++) {
    let x = (offset + i) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    values[i] = shift + scale * (2 * (((x ^ (x >>> 16)) >>> 0) / 4294967296) - 1);
  }
  return values;
}
