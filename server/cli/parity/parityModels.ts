import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { diffusionModelFromWeights, openDiffusionModel } from '../../../models/catalog/openDiffusionModel.ts';
import type { OpenedDiffusionModel } from '../../../models/catalog/openDiffusionModel.ts';
import type { ExposedValues } from '../../../models/catalog/openParts.ts';
import type { Device } from '../../../models/runtime/device.ts';
import { SessionPool } from '../../../models/runtime/sessionPool.ts';
import { openWeightFile } from '../../../models/weights/openWeightFile.ts';
import type { GoldenCase } from './goldenCase.ts';
import { hintsBeside, recipeWeights } from './recipeWeights.ts';
import type { RecipeWeights } from './recipeWeights.ts';
import { writeDiffusersFolder } from './writeDiffusersFolder.ts';

/** The models of a run: each set of weights is made or opened once and shared by all cases. */
export class ParityModels {
  readonly pool = new SessionPool({ budgetBytes: 2 ** 31 });
  readonly device: Device;
  readonly #recipes = new Map<string, Promise<RecipeWeights>>();
  readonly #models = new Map<string, Promise<OpenedDiffusionModel>>();
  #scratch: Promise<string> | undefined;

  constructor(device: Device) {
    this.device = device;
  }

  /** The model that a case's (or a file's) `weights` text names: a recipe, a weight file or a folder. */
  async named(
    golden: GoldenCase,
    weights: unknown,
    expose: ExposedValues = {},
  ): Promise<OpenedDiffusionModel> {
    const path = weightsPath(golden, weights);
    return this.#once(`${path} ${JSON.stringify(expose)}`, async () => {
      const options = { pool: this.pool, device: this.device, expose };
      if ((await stat(path)).isDirectory()) return openDiffusionModel(path, options);
      const [source, hints] = path.endsWith('.recipe.json')
        ? await this.#recipe(path).then((recipe) => [recipe, recipe.hints] as const)
        : await openWeightFile(path).then(async (file) => [file, await hintsBeside(path, file)] as const);
      return diffusionModelFromWeights(source, { hints, ...options });
    });
  }

  /** The same weights as a diffusers folder, written under diffusers names through a case's mapping file. */
  async diffusers(
    files: { readonly recipe: string; readonly mapping: string; readonly configs: string },
    options: { readonly legacyNames?: boolean; readonly expose?: ExposedValues } = {},
  ): Promise<OpenedDiffusionModel> {
    const { legacyNames = false, expose = {} } = options;
    const folder = await this.#diffusersFolder(files, legacyNames);
    return this.#once(`${folder} ${JSON.stringify(expose)}`, () =>
      openDiffusionModel(folder, { pool: this.pool, device: this.device, expose }),
    );
  }

  /** The model in a folder of this run. */
  opened(folder: string): Promise<OpenedDiffusionModel> {
    return this.#once(folder, () => openDiffusionModel(folder, { pool: this.pool, device: this.device }));
  }

  /** A folder for files of this run; removed by `close`. */
  scratch(): Promise<string> {
    this.#scratch ??= mkdtemp(join(tmpdir(), 'impasto-parity-'));
    return this.#scratch;
  }

  async close(): Promise<void> {
    await this.pool.release();
    if (this.#scratch) await rm(await this.#scratch, { recursive: true, force: true });
  }

  readonly #folders = new Map<string, Promise<string>>();

  #diffusersFolder(
    files: { readonly recipe: string; readonly mapping: string; readonly configs: string },
    legacyNames: boolean,
  ): Promise<string> {
    const key = `${files.recipe} ${files.mapping} ${legacyNames}`;
    let folder = this.#folders.get(key);
    if (!folder) {
      folder = (async () => {
        const name = `${basename(files.configs)}-${this.#folders.size}`;
        const path = join(await this.scratch(), name);
        await writeDiffusersFolder({
          ...files,
          recipe: await this.#recipe(files.recipe),
          legacyNames,
          to: path,
        });
        return path;
      })();
      this.#folders.set(key, folder);
    }
    return folder;
  }

  #recipe(path: string): Promise<RecipeWeights> {
    let recipe = this.#recipes.get(path);
    if (!recipe) this.#recipes.set(path, (recipe = recipeWeights(path)));
    return recipe;
  }

  #once(key: string, open: () => Promise<OpenedDiffusionModel>): Promise<OpenedDiffusionModel> {
    let model = this.#models.get(key);
    if (!model) this.#models.set(key, (model = open()));
    return model;
  }
}

/** The first file or folder that the text names and that exists. */
export function weightsPath(golden: GoldenCase, weights: unknown): string {
  if (typeof weights !== 'string') throw new Error('case.json does not say which weights it used');
  for (const word of weights.split(/:?[\s,;()]+/)) {
    const path = /[\w]/.test(word) ? golden.find(word) : undefined;
    if (path) return path;
  }
  throw new Error(`the weights "${weights}" are neither in the case's folder nor above it`);
}
