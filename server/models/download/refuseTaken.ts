import { readdir } from 'node:fs/promises';
import { ifAbsent } from '../../../models/files/ifAbsent.ts';
import type { ModelLibrary } from '../modelLibrary.ts';
import { isSameName } from '../modelName.ts';
import { ModelRefusal } from '../modelRefusal.ts';
import type { PartState } from './partState.ts';

/** Throws ModelRefusal when the name that a download will get is taken: before it begins, not when it is complete. */
export async function refuseTaken({ name, entry }: PartState, library: ModelLibrary): Promise<void> {
  const model = (await library.list()).find((known) => isSameName(known.name.split('/')[0]!, name));
  if (model && entry !== undefined && model.catalogue === entry)
    throw new ModelRefusal('conflict', `It is here already, as "${model.name}".`);
  const names = await readdir(library.folders.models).catch(ifAbsent<string[]>([]));
  const taken = model?.name.split('/')[0] ?? names.find((known) => isSameName(known, name));
  if (taken === undefined) return;
  const what = model ? `a model "${taken}"` : `something called "${taken}" in the models folder`;
  throw new ModelRefusal('conflict', `There is already ${what}: remove or rename it first.`);
}
