import { readFile } from 'node:fs/promises';
import { adapterNetworks } from '../../../../../models/catalog/adapterNetworks.ts';
import { openAdapter, type ExposingAdapter } from '../../../../../models/catalog/openAdapter.ts';
import {
  diffusionModelFromWeights,
  type OpenedDiffusionModel,
} from '../../../../../models/catalog/openDiffusionModel.ts';
import type { ExposedValues } from '../../../../../models/catalog/openParts.ts';
import { memoryWeights, type MemoryTensor } from '../../../../../models/weights/memoryWeights.ts';
import { openWeightFile } from '../../../../../models/weights/openWeightFile.ts';
import type { WeightSource } from '../../../../../models/weights/weightSource.ts';
import { groupRecipe } from '../../groupRecipe.ts';
import type { GoldenCase } from '../../goldenCase.ts';
import type { ParityModels } from '../../parityModels.ts';
import { recipeHints, type RecipeConfig } from '../../recipeWeights.ts';
import type { KindRun } from '../kind.ts';

/** Paths of the files that a case lists or has beside it and that exist. */
async function caseFiles(golden: GoldenCase): Promise<string[]> {
  const { files = [] } = golden.json as { files?: readonly { readonly file?: unknown }[] };
  const listed = Array.isArray(files) ? files.map(({ file }) => String(file)) : [];
  const found = [...listed, ...(await golden.names())].flatMap((name) => golden.find(name) ?? []);
  return [...new Set(found)];
}

/** The weight files of a case with these parts of PHDiffusion's file in them, under the names there. */
export async function adapterFiles(
  golden: GoldenCase,
  ...parts: readonly ('ad' | 'interact')[]
): Promise<WeightSource[]> {
  const found: WeightSource[] = [];
  for (const path of await caseFiles(golden)) {
    if (!/\.(?:safetensors|pth|pt|ckpt)$/.test(path)) continue;
    const source = await openWeightFile(path);
    const names = [...source.tensors.keys()];
    if (parts.every((part) => names.some((name) => name.startsWith(`${part}.`)))) found.push(source);
  }
  return found;
}

export async function openAdapterFrom(
  source: WeightSource,
  { pool, device }: ParityModels,
  expose: readonly string[] = [],
): Promise<ExposingAdapter> {
  const networks = adapterNetworks(source);
  if (!networks) throw new Error(`${source.title} is not taken for an adapter`);
  return openAdapter(networks, { pool, device }, expose);
}

export interface Harmonisers {
  readonly model: OpenedDiffusionModel;
  readonly adapter: ExposingAdapter;
}

/** Diffusion model and adapter of a case whose weights are a recipe with the groups `sd`, `ad` and `interact`. */
export async function openHarmonisers(
  { golden, models }: KindRun,
  expose: ExposedValues = {},
): Promise<Harmonisers> {
  const recipe = (await caseFiles(golden)).find((path) => /recipe.*\.json$/.test(path));
  if (recipe === undefined) throw new Error('case.json names no recipe for the weights');
  const groups = await groupRecipe(recipe);
  const { pool, device } = models;
  const hints = recipeHints(await modelConfig(golden));
  return {
    model: await diffusionModelFromWeights(groupOf(groups, 'sd'), { pool, device, hints, expose }),
    adapter: await openAdapterFrom(await adapterWeights(groups), models),
  };
}

function groupOf(groups: ReadonlyMap<string, WeightSource>, name: string): WeightSource {
  const found = groups.get(name);
  if (!found) throw new Error(`the recipe has no group ${name}`);
  return found;
}

/** The groups `ad` and `interact` as they stand in one published file. */
export async function adapterWeights(groups: ReadonlyMap<string, WeightSource>): Promise<WeightSource> {
  const tensors = new Map<string, MemoryTensor>();
  for (const part of ['ad', 'interact']) {
    const group = groupOf(groups, part);
    for (const [name, { dtype, shape }] of group.tensors)
      tensors.set(`${part}.${name}`, { dtype, shape, bytes: await group.read(name) });
  }
  return memoryWeights('adapter.pth', tensors);
}

/** Whether a case ran the adapter with residual connections; the authors' flag for the other is `--no_residual`. */
export function hasResidual({ json }: GoldenCase): boolean {
  const { config, source } = json;
  return !/NoRes_Adapter|--no_residual|"no_residual":true/.test(JSON.stringify([config, source]));
}

/** What the case says of its model: in its `config`, or in the file that it names there. */
async function modelConfig(golden: GoldenCase): Promise<RecipeConfig> {
  const config = golden.object('config') as {
    readonly model?: unknown;
    readonly unet?: RecipeConfig['unet'];
  };
  if (typeof config.model !== 'string') return config.unet ? { unet: config.unet } : {};
  const { unet, ...ldm } = JSON.parse(await readFile(golden.resolve(config.model), 'utf8')) as RecipeConfig &
    NonNullable<RecipeConfig['ldm']>;
  return { ...(unet ? { unet } : {}), ldm };
}
