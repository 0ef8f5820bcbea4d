import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ifAbsent } from '../../models/files/ifAbsent.ts';
import type { ModelFolders } from './modelFolders.ts';
import { nameKey } from './modelName.ts';
import { readRegister } from './modelRegister.ts';
import { type FoundModel, mayBeModel, type ModelPlace, modelsAt } from './modelsAt.ts';

/** Name by which a workflow asks for the model that comes with Impasto. */
export const BUILTIN = 'builtin';

/**
 * The built-in model, those in the models folder and those added by reference; looked up anew each time, so that a
 * person may just put one there. A folder that is no model stands for those inside it, one folder deep. Throws what the
 * system says when the models folder itself cannot be read.
 */
export async function findModels(folders: ModelFolders): Promise<FoundModel[]> {
  const builtin: FoundModel = { name: BUILTIN, path: folders.builtin, layout: 'diffusers', linked: false };
  const found = await Promise.all((await places(folders)).map((place) => modelsAt(place)));
  return [builtin, ...noteTwins(found.flat())];
}

/** What lies in the models folder, and links. */
async function places({ models, register }: ModelFolders): Promise<ModelPlace[]> {
  const content = await readdir(models, { withFileTypes: true }).catch(ifAbsent([]));
  const { links } = await readRegister(register);
  const own = content.filter(mayBeModel).map(({ name }): ModelPlace => {
    const path = Object.hasOwn(links, name) ? links[name] : undefined;
    const note =
      path === undefined
        ? {}
        : { note: `A link of that name leads to ${path}: this file is used instead of it.` };
    return { name, path: join(models, name), linked: false, ...note };
  });
  const taken = new Set(content.map(({ name }) => name));
  const linked = Object.entries(links).filter(([name]) => !taken.has(name));
  const all = [...own, ...linked.map(([name, path]) => ({ name, path, linked: true }))];
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Where names matter only up to capitals (Windows, macOS), two such models would be one. */
function noteTwins(models: readonly FoundModel[]): FoundModel[] {
  const alike = new Map<string, FoundModel[]>();
  for (const model of models) {
    const key = nameKey(model.name);
    alike.set(key, [...(alike.get(key) ?? []), model]);
  }
  return models.map((model) => {
    const twin = alike.get(nameKey(model.name))!.find((other) => other !== model);
    if (!twin || model.note !== undefined) return model;
    return { ...model, note: `Its name differs from "${twin.name}" only in capitals: rename one of them.` };
  });
}
