import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { adapterNetworks } from '../../../../../models/catalog/adapterNetworks.ts';
import { openAdapter, type ExposingAdapter } from '../../../../../models/catalog/openAdapter.ts';
import {
  diffusionModelFromWeights,
  type OpenedDiffusionModel,
} from '../../../../../models/catalog/openDiffusionModel.ts';
import type { ExposedValues } from '../../../../../models/catalog/openParts.ts';
import { ifAbsent } from '../../../../../models/files/ifAbsent.ts';
import { memoryWeights, type MemoryTensor } from '../../../../../models/weights/memoryWeights.ts';
import { openWeightFile } from '../../../../../models/weights/openWeightFile.ts';
import type { WeightSource } from '../../../../../models/weights/weightSource.ts';
import { groupRecipe } from '../../groupRecipe.ts';
import type { GoldenCase } from '../../goldenCase.ts';
import type { ParityModels } from '../../parityModels.ts';
import { recipeHints, type RecipeConfig } from '../../recipeWeights.ts';
import type { KindRun } from '../kind.ts';

/** Paths of the files that a case lists or has beside it and that exist. */
export async function caseFiles(golden: GoldenCase): Promise<string[]> {
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
export async function openHarmonisers(run: KindRun, expose: ExposedValues = {}): Promise<Harmonisers> {
  const groups = await recipeOf(run.golden);
  return {
    model: await modelOf(run, groups, expose),
    adapter: await openAdapterFrom(await adapterWeights(groups), run.models),
  };
}

/** The same, with the adapter's networks as they are stored. */
export async function openHarmonyNetworks(run: KindRun) {
  const groups = await recipeOf(run.golden);
  const networks = adapterNetworks(await adapterWeights(groups));
  if (!networks) throw new Error('the recipe’s adapter is not taken for one');
  return { model: await modelOf(run, groups, {}), ...networks };
}

async function recipeOf(golden: GoldenCase): Promise<ReadonlyMap<string, WeightSource>> {
  return groupRecipe(await recipePath(golden));
}

async function recipePath(golden: GoldenCase): Promise<string> {
  const recipe = (await caseFiles(golden)).find((path) => /recipe.*\.json$/.test(path));
  if (recipe === undefined) throw new Error('case.json names no recipe for the weights');
  return recipe;
}

async function modelOf(
  { golden, models: { pool, device } }: KindRun,
  groups: ReadonlyMap<string, WeightSource>,
  expose: ExposedValues,
): Promise<OpenedDiffusionModel> {
  const hints = recipeHints(await modelConfig(golden));
  return diffusionModelFromWeights(groupOf(groups, 'sd'), { pool, device, hints, expose });
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

/** What the case says of its model: in its `config`, in the file that it names there, or in the one beside the recipe. */
async function modelConfig(golden: GoldenCase): Promise<RecipeConfig> {
  const config = golden.object('config') as {
    readonly model?: unknown;
    readonly unet?: RecipeConfig['unet'];
  };
  if (config.unet) return { unet: config.unet };
  const recipe = await recipePath(golden);
  const path =
    typeof config.model === 'string' ? golden.resolve(config.model) : join(dirname(recipe), 'config.json');
  const text = await readFile(path, 'utf8').catch(ifAbsent('{}'));
  const { unet, ...ldm } = JSON.parse(text) as RecipeConfig & NonNullable<RecipeConfig['ldm']>;
  return { ...(unet ? { unet } : {}), ldm };
}
