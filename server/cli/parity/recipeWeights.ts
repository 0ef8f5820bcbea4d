import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { SingleFileHints } from '../../../models/catalog/singleFileParts.ts';
import type { WeightInfo, WeightSource } from '../../../models/weights/weightSource.ts';
import { WeightsError } from '../../../models/weights/weightsError.ts';

interface RecipeTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly seed: number;
  readonly K: number;
  readonly E: number;
  readonly offset?: number;
  readonly row_offset?: readonly number[];
}

export interface RecipeWeights extends WeightSource {
  /** What the recipe says of the architecture and the shapes do not show. */
  readonly hints: SingleFileHints;
}

/** What recipes say of the architecture, in the words of LDM's configurations. */
export interface RecipeConfig {
  readonly unet?: { readonly num_heads?: number };
  readonly text?: { readonly num_attention_heads?: number };
  readonly clip_vision?: { readonly num_attention_heads?: number };
  readonly ldm?: {
    readonly timesteps?: number;
    readonly linear_start?: number;
    readonly linear_end?: number;
    readonly scale_factor?: number;
  };
}

interface Recipe {
  readonly config?: RecipeConfig;
  readonly tensors: readonly RecipeTensor[];
}

/**
 * Weights of the golden data under their LDM names, made when they are read from `weights-MODEL.recipe.json`
 * (golden/styleid/README.md, "Weights"), float32.
 */
export async function recipeWeights(path: string): Promise<RecipeWeights> {
  const title = basename(path);
  const recipe = JSON.parse(await readFile(path, 'utf8')) as Recipe;
  const byName = new Map(recipe.tensors.map((tensor) => [tensor.name, tensor]));
  const tensors = new Map<string, WeightInfo>();
  for (const { name, shape } of recipe.tensors) tensors.set(name, { dtype: 'float32', shape });
  return {
    title,
    tensors,
    hints: recipeHints(recipe.config),
    read: async (name, limit) => {
      const found = byName.get(name);
      if (!found) throw new WeightsError('missing-tensor', title, `no tensor '${name}'`);
      return new Uint8Array(recipeValues(found).buffer).subarray(0, limit);
    },
  };
}

/**
 * What a weight file's shapes do not show: from the recipe beside it that describes the same tensors, or from the
 * config.json beside it (golden/paint-by-example/author); nothing when there is neither.
 */
export async function hintsBeside(path: string, source: WeightSource): Promise<SingleFileHints> {
  const beside = await readdir(dirname(path));
  for (const name of beside.filter((each) => each.endsWith('.recipe.json'))) {
    const recipe = await recipeWeights(join(dirname(path), name));
    const same = [...recipe.tensors].every(
      ([tensor, { shape }]) => source.tensors.get(tensor)?.shape.join() === shape.join(),
    );
    if (same) return recipe.hints;
  }
  if (!beside.includes('config.json')) return {};
  const config = JSON.parse(await readFile(join(dirname(path), 'config.json'), 'utf8')) as AuthorConfig;
  return recipeHints({ ...config, ldm: config });
}

/** Here the settings of the whole stand beside those of the networks. */
type AuthorConfig = RecipeConfig & NonNullable<RecipeConfig['ldm']>;

export function recipeHints(config: RecipeConfig = {}): SingleFileHints {
  const unetHeads = config.unet?.num_heads;
  const textHeads = config.text?.num_attention_heads;
  const visionHeads = config.clip_vision?.num_attention_heads;
  const {
    timesteps,
    linear_start: betaStart,
    linear_end: betaEnd,
    scale_factor: scalingFactor,
  } = config.ldm ?? {};
  return {
    ...(unetHeads ? { unetHeads } : {}),
    ...(textHeads ? { textHeads } : {}),
    ...(visionHeads ? { visionHeads } : {}),
    ...(scalingFactor ? { scalingFactor } : {}),
    schedule: {
      ...(timesteps ? { trainSteps: timesteps } : {}),
      ...(betaStart ? { betaStart } : {}),
      ...(betaEnd ? { betaEnd } : {}),
    },
  };
}

/** mulberry32 at seed + i, scaled to multiples of 2^-E. */
function recipeValues(recipe: RecipeTensor): Float32Array {
  const { shape, seed, K, E, offset = 0, row_offset: rowOffset } = recipe;
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  const rowLength = values.length / (shape[0] ?? 1);
  for (let i = 0; i < values.length; i++) {
    const a = (seed + Math.imul(i + 1, 0x6d2b79f5)) | 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    const u = (t ^ (t >>> 14)) >>> 0;
    const row = rowOffset ? rowOffset[Math.floor(i / rowLength)]! : 0;
    values[i] = offset + ((u % (2 * K + 1)) - K) * 2 ** -E + row;
  }
  return values;
}
