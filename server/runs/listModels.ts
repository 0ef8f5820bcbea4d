import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelSummary } from '../protocol/api.ts';

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
  if (facts?.isFile() && name.endsWith('.safetensors'))
    return [{ name, title: name, builtin: false, layout: 'single-file', bytes: facts.size }];
  if (!facts?.isDirectory()) return [];
  if (await stat(join(path, 'unet', 'config.json')).catch(() => undefined))
    return [{ name, title: name, builtin: false, layout: 'diffusers', bytes: await folderBytes(path) }];
  return name.includes('/') ? [] : modelsIn(folder, `${name}/`);
}

/** Of the weight files in a diffusers folder. */
async function folderBytes(folder: string): Promise<number> {
  let total = 0;
  for (const part of ['unet', 'vae', 'text_encoder'])
    for (const name of await readdir(join(folder, part)).catch(() => [] as string[]))
      if (name.endsWith('.safetensors'))
        total += (await stat(join(folder, part, name)).catch(() => ({ size: 0 }))).size;
  return total;
}
