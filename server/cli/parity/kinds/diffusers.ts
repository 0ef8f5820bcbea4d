import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GoldenCase } from '../goldenCase.ts';
import { weightsPath } from '../parityModels.ts';
import type { ExposedValues } from '../../../../models/catalog/openParts.ts';
import { clipText } from './clipText.ts';
import type { Kind, KindRun } from './kind.ts';
import { unet } from './unet.ts';
import { vae } from './vae.ts';

const siblings: Readonly<Record<string, Kind>> = {
  'styleid/unet': unet,
  'styleid/vae': vae,
  'styleid/clip-text': clipText,
};

/** The recipe, its mapping to diffusers names and the folder of config.json files. */
export interface DiffusersFiles {
  readonly recipe: string;
  readonly mapping: string;
  readonly configs: string;
}

/**
 * `styleid/diffusers`: the weights of the neighbouring unet, vae and clip-text cases, written as diffusers folders
 * (with the autoencoder's current and its legacy names), must give those cases' outputs.
 */
export const diffusers: Kind = async (run) => {
  const { golden, report } = run;
  const mappings = (await golden.names()).filter((name) => /^mapping-.+\.json$/.test(name));
  const cases = await neighbours(golden);
  if (cases.length === 0) report.remark('there is no unet, vae or clip-text case beside it to compare with');
  for (const mapping of mappings) {
    const name = mapping.slice('mapping-'.length, -'.json'.length);
    const files: DiffusersFiles = {
      recipe: golden.resolve(`weights-${name}.recipe.json`),
      mapping: join(golden.folder, mapping),
      configs: join(golden.folder, name),
    };
    for (const neighbour of cases) {
      for (const legacyNames of neighbour.kind === 'styleid/vae' ? [false, true] : [false]) {
        await runNeighbour(run, neighbour, { files, legacyNames });
      }
    }
  }
};

/** Compares the files of a neighbouring case that used this recipe; the others are passed over. */
async function runNeighbour(
  run: KindRun,
  neighbour: GoldenCase,
  { files, legacyNames }: { files: DiffusersFiles; legacyNames: boolean },
): Promise<void> {
  const model = (weights: unknown, expose: ExposedValues = {}) => {
    if (weightsPath(neighbour, weights) !== files.recipe) throw new OtherWeights();
    return run.models.diffusers(files, { legacyNames, expose });
  };
  for (const file of await neighbour.tensorFiles()) {
    const one = neighbour.only(file.file);
    try {
      await siblings[neighbour.kind]!({ ...run, golden: one, model });
    } catch (error) {
      if (!(error instanceof OtherWeights)) throw error;
    }
  }
}

class OtherWeights extends Error {}

async function neighbours(golden: GoldenCase): Promise<GoldenCase[]> {
  const set = dirname(golden.folder);
  const found: GoldenCase[] = [];
  for (const entry of await readdir(set, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    // A neighbour without a readable case.json is none; the run reports it on its own line.
    const other = await golden.neighbour(join(set, entry.name)).catch(() => undefined);
    if (other && Object.hasOwn(siblings, other.kind)) found.push(other);
  }
  return found;
}

/** `weights-topo.recipe.json (diffusers names through diffusers/mapping-topo.json)` -> the files it speaks of. */
export function diffusersFiles(golden: GoldenCase, weights: unknown): DiffusersFiles {
  const names = GoldenCase.namesIn(weights, /\.json$/);
  const recipe = names.find((name) => name.endsWith('.recipe.json'));
  const mapping = names.find((name) => /mapping-[^/]+\.json$/.test(name));
  if (!recipe || !mapping) throw new Error('case.json does not name a recipe and a mapping');
  const path = golden.resolve(mapping);
  const configs = join(dirname(path), basename(path).slice('mapping-'.length, -'.json'.length));
  return { recipe: golden.resolve(recipe), mapping: path, configs };
}
