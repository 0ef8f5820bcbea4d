import { lstat, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifAbsent, isAbsent } from '../../models/files/ifAbsent.ts';
import { BUILTIN, findModels } from './findModels.ts';
import type { ModelFolders } from './modelFolders.ts';
import { isPlainPath, isSameName } from './modelName.ts';
import { ModelRefusal } from './modelRefusal.ts';
import { readRegister } from './modelRegister.ts';
import { unreadable } from './unreadable.ts';

/** Of those that are there, how many are told by name. */
const TOLD = 20;

/**
 * Where the model of that name lies, links followed: the one place where a name becomes a path. A file in the models
 * folder comes before a link of its name. Throws ModelRefusal: `not-found` when nothing lies there, `conflict` when it
 * cannot be read.
 */
export async function locateModel(name: string, folders: ModelFolders): Promise<string> {
  if (name === BUILTIN) return folders.builtin;
  const path = await pathOf(name, folders);
  const real = path === undefined ? undefined : await realOf(path, name);
  if (real !== undefined) return real;
  throw await noSuchModel(name, folders);
}

/** The refusal that says why that name is none of the models that there are. */
export async function noSuchModel(name: string, folders: ModelFolders): Promise<ModelRefusal> {
  const reason = await explainMissingModel(name, folders);
  return new ModelRefusal('not-found', reason.charAt(0).toUpperCase() + reason.slice(1));
}

async function realOf(path: string, name: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new ModelRefusal('conflict', `The model "${name}" ${unreadable(error).slice('It '.length)}`, error);
  }
}

/** Where it should lie; undefined for what is no name. */
async function pathOf(name: string, { models, register }: ModelFolders): Promise<string | undefined> {
  if (!isPlainPath(name)) return undefined;
  const [first = '', ...rest] = name.split('/');
  const own = join(models, first);
  if (await lstat(own).catch(ifAbsent(undefined))) return join(own, ...rest);
  const link = Object.entries((await readRegister(register)).links).find(([known]) => known === first);
  return link && join(link[1], ...rest);
}

/** Why that name is none of the models that there are, as the end of a sentence. */
export async function explainMissingModel(name: string, folders: ModelFolders): Promise<string> {
  const quoted = `"${name.slice(0, 100)}"`;
  const found = await findModels(folders);
  const problem = found.find((model) => model.name === name)?.problem;
  if (problem !== undefined) return `the model ${quoted} ${problem.slice('It '.length)}`;
  const path = await pathOf(name, folders);
  // Only for the choice of words.
  const facts = path === undefined ? undefined : await stat(path).catch(() => undefined);
  if (facts?.isDirectory()) return `the folder ${quoted} is no diffusers model: it has no unet/ folder.`;
  const twin = found.find((model) => isSameName(model.name, name));
  if (twin) return `there is no model ${quoted}, but one that is written "${twin.name}".`;
  const told = found.slice(0, TOLD).map((model) => model.name);
  const more = found.length > told.length ? ` and ${found.length - told.length} more` : '';
  return `there is no model ${quoted} in the models folder; choose one of: ${told.join(', ')}${more}.`;
}
