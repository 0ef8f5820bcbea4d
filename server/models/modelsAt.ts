import type { Dirent } from 'node:fs';
import { readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifAbsent } from '../../models/files/ifAbsent.ts';
import { isWeightFile } from '../../models/weights/isWeightFile.ts';
import { PART } from './modelName.ts';
import { unreadable } from './unreadable.ts';

/** What a folder that is one network of a diffusers repository calls its weights. */
const NETWORK = /^(diffusion_pytorch_model|model|pytorch_model)(\.fp16)?\.(safetensors|bin)(\.index\.json)?$/;

/** Of a folder that holds models, how many are looked at. */
const MOST = 500;

/** Where a model may be, and what it would be called. */
export interface ModelPlace {
  readonly name: string;
  readonly path: string;
  /** Added by reference. */
  readonly linked: boolean;
  readonly note?: string;
}

export interface FoundModel extends ModelPlace {
  readonly layout: 'diffusers' | 'single-file';
  /** A link that leads nowhere. */
  readonly missing?: true;
  /** Why nothing can be done with it, a sentence that begins with "It". */
  readonly problem?: string;
}

/**
 * The models that lie at that place: a file or a folder, or those inside of a folder, one folder deep. What is refused
 * is one that says why.
 */
export async function modelsAt(place: ModelPlace, deep = true): Promise<FoundModel[]> {
  try {
    return await lookAt(place, deep);
  } catch (error) {
    return [{ ...place, layout: 'single-file', problem: unreadable(error) }];
  }
}

async function lookAt(place: ModelPlace, deep: boolean): Promise<FoundModel[]> {
  const { name, path } = place;
  const facts = await stat(path).catch(ifAbsent(undefined));
  if (!facts) return deep || isWeightFile(name) ? brokenLink(place, deep) : [];
  if (facts.isFile())
    return isWeightFile(name) || isWeightFile(path) ? [{ ...place, layout: 'single-file' }] : [];
  if (!facts.isDirectory()) return [];
  const content = await readdir(path, { withFileTypes: true });
  if (await isModelFolder(path, content)) return [{ ...place, layout: 'diffusers' }];
  if (!deep) return [];
  const inside = content.filter(mayBeModel).map((entry) => entry.name);
  const found = inside
    .sort()
    .slice(0, MOST)
    .map((inner) => modelsAt({ ...place, name: `${name}/${inner}`, path: join(path, inner) }, false));
  return [...(await Promise.all(found)).flat(), ...tooMany(place, inside.length)];
}

/** So many files are no collection of models, and looking into all of them takes hours. */
function tooMany(place: ModelPlace, count: number): FoundModel[] {
  if (count <= MOST) return [];
  const problem = `It holds ${count} files and folders; the first ${MOST} of them are looked at.`;
  return [{ ...place, layout: 'diffusers', problem }];
}

/** Whether what a folder holds is worth a look. */
export function mayBeModel(entry: Dirent): boolean {
  const { name } = entry;
  return !name.startsWith('.') && !name.endsWith(PART) && (!entry.isFile() || isWeightFile(name));
}

/** A link of ours leads to the place's path, one of the file system wherever that says. */
async function brokenLink(place: ModelPlace, deep: boolean): Promise<FoundModel[]> {
  const { linked, path } = place;
  // What is no link was taken away in this moment.
  const target = linked && deep ? path : await readlink(path).catch(() => undefined);
  if (target === undefined) return [];
  const problem = `It is a link to ${target}, which is not there: is its disk connected?`;
  return [{ ...place, layout: 'single-file', missing: true, problem }];
}

/** A pipeline (also one whose config.json is missing: opening it says so), or one network of one. */
async function isModelFolder(path: string, content: readonly Dirent[]): Promise<boolean> {
  const names = new Set(content.map(({ name }) => name));
  if (names.has('model_index.json')) return true;
  if (names.has('unet') && (await stat(join(path, 'unet')).catch(ifAbsent(undefined)))?.isDirectory())
    return true;
  return names.has('config.json') && [...names].some((name) => NETWORK.test(name));
}
