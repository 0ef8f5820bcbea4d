import { findModels } from './findModels.ts';
import { noSuchModel } from './locateModel.ts';
import { type ModelFiles, modelFiles } from './modelFiles.ts';
import type { ModelFolders } from './modelFolders.ts';
import { ModelRefusal } from './modelRefusal.ts';
import type { FoundModel } from './modelsAt.ts';

/** The model of that name with its files. Throws ModelRefusal when there is none, and when it cannot be read. */
export async function requireModel(
  name: string,
  folders: ModelFolders,
): Promise<{ model: FoundModel; files: ModelFiles }> {
  const model = (await findModels(folders)).find((found) => found.name === name);
  if (!model || model.problem !== undefined) throw await noSuchModel(name, folders);
  const files = await modelFiles(model);
  if (files.problem === undefined) return { model, files };
  throw new ModelRefusal('conflict', `The model "${name}" ${files.problem.slice('It '.length)}`);
}
