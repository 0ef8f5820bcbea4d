import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFolders } from './modelFolders.ts';
import { isSameName, PART } from './modelName.ts';
import { readRegister } from './modelRegister.ts';

/** Files that hold weights, by their names; what they really are is told when they are looked into. */
const WEIGHTS = /\.(safetensors|ckpt|pt|pth|bin)$/i;
export const isWeightFile = (name: string): boolean => WEIGHTS.test(name);

/** What a folder that is one network of a diffusers repository calls its weights. */
const NETWORK = /^(diffusion_pytorch_model|model|pytorch_model)(\.fp16)?\.(safetensors|bin)(\.index\.json)?$/;

/** Name by which a workflow asks for the model that comes with Impasto. */
export const BUILTIN = 'builtin';

export interface FoundModel {
  /** What a workflow calls it. */
  readonly name: string;
  /** Of the file or folder. */
  readonly path: string;
  readonly layout: 'diffusers' | 'single-file';
  /** Added by reference. */
  readonly linked: boolean;
  /** A link that leads nowhere. */
  readonly missing?: true;
  readonly note?: string;
}

/** The first part of a model's name: a file or folder in the models folder, or a link. */
interface Entry {
  readonly name: string;
  readonly path: string;
  readonly linked: boolean;
  readonly note?: string;
}

/**
 * The built-in model, those in the models folder and those added by reference; looked up anew each time, so that a
 * person may just put one there. A folder that is no model stands for those inside it, one folder deep.
 */
export async function findModels(folders: ModelFolders): Promise<FoundModel[]> {
  const builtin: FoundModel = { name: BUILTIN, path: folders.builtin, layout: 'diffusers', linked: false };
  const found = await Promise.all((await entries(folders)).map((entry) => modelsAt(entry)));
  return [builtin, ...noteTwins(found.flat())];
}

async function entries({ models, register }: ModelFolders): Promise<Entry[]> {
  const names = await readdir(models).catch(() => [] as string[]);
  const { links } = await readRegister(register);
  const own = names.filter(isShown).map((name): Entry => {
    const path = links[name];
    const note =
      path === undefined
        ? {}
        : { note: `A link of that name leads to ${path}: this file is used instead of it.` };
    return { name, path: join(models, name), linked: false, ...note };
  });
  const taken = new Set(names);
  const linked = Object.entries(links).filter(([name]) => !taken.has(name));
  const all = [...own, ...linked.map(([name, path]) => ({ name, path, linked: true }))];
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const isShown = (name: string): boolean => !name.startsWith('.') && !name.endsWith(PART);

/** The models that this file or folder is or holds. */
export async function modelsAt(entry: Entry, deep = true): Promise<FoundModel[]> {
  const { name, path } = entry;
  const facts = await stat(path).catch(() => undefined);
  if (!facts) return entry.linked ? [{ ...entry, layout: 'single-file', missing: true }] : [];
  if (facts.isFile())
    return isWeightFile(name) || isWeightFile(path) ? [{ ...entry, layout: 'single-file' }] : [];
  if (!facts.isDirectory()) return [];
  if (await isModelFolder(path)) return [{ ...entry, layout: 'diffusers' }];
  if (!deep) return [];
  const inside = (await readdir(path).catch(() => [] as string[])).filter(isShown).sort();
  const found = inside.map((inner) =>
    modelsAt({ ...entry, name: `${name}/${inner}`, path: join(path, inner) }, false),
  );
  return (await Promise.all(found)).flat().filter(({ missing }) => !missing);
}

/** A pipeline (also one whose config.json is missing: opening it says so), or one network of one. */
async function isModelFolder(path: string): Promise<boolean> {
  const names = await readdir(path, { withFileTypes: true }).catch(() => []);
  if (names.some((entry) => entry.name === 'model_index.json')) return true;
  if ((await stat(join(path, 'unet')).catch(() => undefined))?.isDirectory()) return true;
  return names.some(({ name }) => name === 'config.json') && names.some(({ name }) => NETWORK.test(name));
}

/** Where names matter only up to capitals (Windows, macOS), two such models would be one. */
function noteTwins(models: readonly FoundModel[]): FoundModel[] {
  return models.map((model) => {
    const twin = models.find((other) => other !== model && isSameName(other.name, model.name));
    if (!twin || model.note !== undefined) return model;
    return { ...model, note: `Its name differs from "${twin.name}" only in capitals: rename one of them.` };
  });
}
