import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import {
  diffusionModelFromWeights,
  type OpenedDiffusionModel,
} from '../../models/catalog/openDiffusionModel.ts';
import { SessionPool } from '../../models/runtime/sessionPool.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import { openSafetensors } from '../../models/weights/openSafetensors.ts';
import { recipeWeights } from '../../server/cli/parity/recipeWeights.ts';

/** Inputs and outputs of the authors' own code; not part of the repository. */
export const goldenFolder = fileURLToPath(new URL('../../../shared/golden/styleid/', import.meta.url));

export const hasGolden = existsSync(goldenFolder);

/** `describe`, visibly skipped where the golden data is not there. */
export function describeGolden(name: string, tests: () => void): void {
  const note = hasGolden ? '' : ' (skipped: no golden data at ../shared/golden/styleid)';
  describe.skipIf(!hasGolden)(`${name}${note}`, () => {
    tests();
  });
}

export const pool = new SessionPool({ budgetBytes: 1_000_000_000 });

/** A file of golden tensors; integers come as float32. */
export async function golden(file: string): Promise<{ names: string[]; get(name: string): Promise<Tensor> }> {
  const source = await openSafetensors(`${goldenFolder}${file}`);
  const get = async (name: string): Promise<Tensor> => {
    const bytes = await source.read(name);
    const { dtype, shape } = source.tensors.get(name)!;
    if (dtype === 'int64') return { shape, data: Float32Array.from(new BigInt64Array(bytes.buffer), Number) };
    return { shape, data: new Float32Array(bytes.buffer) };
  };
  return { names: [...source.tensors.keys()], get };
}

export async function goldenModel(
  name: 'small' | 'topo',
  expose: { unet?: readonly string[]; autoencoder?: readonly string[] } = {},
): Promise<OpenedDiffusionModel> {
  const source = await recipeWeights(`${goldenFolder}weights-${name}.recipe.json`);
  return diffusionModelFromWeights(source, { pool, device: 'cpu', expose, hints: source.hints });
}

/** The names whose values differ by more than the tolerance, with how much. */
export async function differing(
  names: readonly string[],
  { tolerance, error }: { tolerance: number; error(name: string): Promise<number> },
): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    const worst = await error(name);
    if (!(worst < tolerance)) found.push(`${name}: ${worst}`);
  }
  return found;
}

/** Largest absolute difference; Infinity when the shapes differ. */
export function worstError(found: Tensor, expected: Tensor): number {
  if (found.shape.join() !== expected.shape.join()) return Infinity;
  let worst = 0;
  for (const [i, value] of expected.data.entries()) worst = Math.max(worst, Math.abs(value - found.data[i]!));
  return worst;
}
