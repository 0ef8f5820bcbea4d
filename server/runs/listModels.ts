import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelSummary } from '../protocol/api.ts';

/** Files that hold weights, by their names; what they really are is told when they are opened. */
const WEIGHTS = /\.(safetensors|ckpt|pt|pth|bin)$/i;

/** Name by which a workflow asks for the model that comes with Impasto. */
const BUILTIN: Pick<ModelSummary, 'name' | 'title' | 'layout'> = {
  name: 'builtin',
  title: 'Built-in: small, for trying things out',
  layout: 'diffusers',
};

/**
 * The built-in model and those in the models folder and its folders, by their paths in it; looked up anew each time,
 * so that a person may just add one.
 */
export async function listModels(folders: {
  readonly modelsFolder: string;
  readonly builtinFolder: string;
}): Promise<ModelSummary[]> {
  const bytes = await folderBytes(join(folders.builtinFolder, 'model'));
  return [{ ...BUILTIN, builtin: true, bytes }, ...(await modelsIn(folders.modelsFolder, ''))];
}

async function modelsIn(folder: string, prefix: string): Promise<ModelSummary[]> {
  const names = (await readdir(join(folder, prefix)).catch(() => [] as string[])).sort();
  const shown = names.filter((name) => !name.startsWith('.'));
  return (await Promise.all(shown.map((name) => modelsAt(folder, prefix + name)))).flat();
}

/** The model of that name; for a folder that is none, those inside it, one folder deep. */
async function modelsAt(folder: string, name: string): Promise<ModelSummary[]> {
  const path = join(folder, name);
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isFile() && WEIGHTS.test(name))
    return [{ name, title: name, builtin: false, layout: 'single-file', bytes: facts.size }];
  if (!facts?.isDirectory()) return [];
  // Also without its config.json: opening it says what is missing.
  if ((await stat(join(path, 'unet')).catch(() => undefined))?.isDirectory())
    return [{ name, title: name, builtin: false, layout: 'diffusers', bytes: await folderBytes(path) }];
  return name.includes('/') ? [] : modelsIn(folder, `${name}/`);
}

/** Of the weight files in a diffusers folder. */
async function folderBytes(folder: string): Promise<number> {
  let total = 0;
  for (const part of ['unet', 'vae', 'text_encoder'])
    for (const name of await readdir(join(folder, part)).catch(() => [] as string[]))
      if (WEIGHTS.test(name)) total += (await stat(join(folder, part, name)).catch(() => ({ size: 0 }))).size;
  return total;
}

/** Of those that are there, how many are told by name. */
const TOLD = 20;

/** Why that name is none of the models that there are, as the end of a sentence. */
export async function explainMissingModel(modelsFolder: string, name: string): Promise<string> {
  const [quoted, parts] = [`"${name.slice(0, 100)}"`, name.split('/')];
  const plain = parts.every((part) => /^[^\\:\0]+$/.test(part) && part !== '.' && part !== '..');
  const facts = plain && (await stat(join(modelsFolder, ...parts)).catch(() => undefined));
  if (facts && facts.isDirectory())
    return `the folder ${quoted} is no diffusers model: it has no unet/ folder.`;
  const names = (await modelsIn(modelsFolder, '')).map((model) => model.name);
  const told = [BUILTIN.name, ...names].slice(0, TOLD).join(', ');
  const more = names.length >= TOLD ? ` and ${names.length + 1 - TOLD} more` : '';
  return `there is no model ${quoted} in the models folder; choose one of: ${told}${more}.`;
}
