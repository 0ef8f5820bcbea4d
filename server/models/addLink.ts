import { readdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, isAbsolute, join, relative } from 'node:path';
import { ifAbsent, isAbsent } from '../../models/files/ifAbsent.ts';
import { whyNot } from '../../models/files/whyNot.ts';
import { weightFileEndings } from '../../models/weights/isWeightFile.ts';
import type { ModelFolders } from './modelFolders.ts';
import { isSameName, nameProblem } from './modelName.ts';
import { ModelRefusal } from './modelRefusal.ts';
import type { ModelRegister } from './modelRegister.ts';
import { modelsAt } from './modelsAt.ts';

export interface AddModel {
  /** Absolute, or in the home folder (`~/`). */
  readonly path: string;
  /** The path's own name unless told. */
  readonly name?: string | undefined;
}

/** Notes a file or folder as a model by reference; nothing is copied. Returns its name. Throws ModelRefusal. */
export async function addLink(
  { path, name = basename(path) }: AddModel,
  place: { readonly folders: ModelFolders; readonly register: ModelRegister },
): Promise<string> {
  const target = await targetOf(path, place.folders);
  const wrong = nameProblem(name);
  if (wrong !== undefined)
    throw new ModelRefusal('bad-request', `The model cannot be called that: ${wrong}.`);
  const found = await modelsAt({ name, path: target, linked: true });
  if (found.length === 0)
    throw new ModelRefusal(
      'bad-request',
      `${path} is no model: expected a ${weightFileEndings} file, a diffusers folder (with unet/ or with config.json and weights), or a folder of those.`,
    );
  const refused = found.find((model) => model.path === target)?.problem;
  if (refused !== undefined)
    throw new ModelRefusal(
      'bad-request',
      `${path} cannot be added: ${refused.charAt(0).toLowerCase()}${refused.slice(1)}`,
    );
  const files = await readdir(place.folders.models).catch(ifAbsent<string[]>([]));
  await place.register.change(({ links }) => {
    if (links[name] === target) return;
    const taken = [...files, ...Object.keys(links)].find((other) => isSameName(other, name));
    if (taken !== undefined)
      throw new ModelRefusal(
        'conflict',
        `There is already a model "${taken}"${taken === name ? '' : ', which differs only in capitals'}: give this one another name.`,
      );
    links[name] = target;
  });
  return name;
}

/** A path as people write it, which only a shell would understand otherwise. */
export const isAtHome = (path: string): boolean => path.startsWith('~/');

async function targetOf(path: string, { models }: ModelFolders): Promise<string> {
  if ((!isAbsolute(path) && !isAtHome(path)) || path.includes('\0'))
    throw new ModelRefusal('bad-request', `The path must be absolute, found "${path.slice(0, 200)}".`);
  const whole = isAtHome(path) ? join(homedir(), path.slice(2)) : path;
  const target = await realpath(whole).catch((error: unknown) => {
    const why = isAbsent(error) ? 'there is nothing at that path' : whyNot(error);
    throw new ModelRefusal('not-found', `${path} cannot be added: ${why}.`, error);
  });
  const inside = relative(await realpath(models).catch(ifAbsent(models)), target);
  if (inside === '' || (!inside.startsWith('..') && !isAbsolute(inside)))
    throw new ModelRefusal('conflict', `${path} lies in the models folder: it is there already.`);
  return target;
}
