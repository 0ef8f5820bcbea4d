import { lstat, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BUILTIN, findModels } from './findModels.ts';
import { noSuchModel } from './locateModel.ts';
import type { ModelFolders } from './modelFolders.ts';
import { ModelRefusal } from './modelRefusal.ts';
import type { ModelRegister } from './modelRegister.ts';

/**
 * Forgets the link of that name, whatever it leads to; else deletes the model of that name if Impasto downloaded it, or
 * if `force` says so. A link in the models folder is removed, never what it leads to. Throws ModelRefusal.
 */
export async function removeModel(
  name: string,
  place: { readonly force: boolean; readonly folders: ModelFolders; readonly register: ModelRegister },
): Promise<void> {
  const { force, folders, register } = place;
  if (name === BUILTIN)
    throw new ModelRefusal('conflict', 'The built-in model comes with Impasto and stays.');
  const { links, downloaded } = await register.read();
  if (Object.hasOwn(links, name)) return register.change((content) => void delete content.links[name]);
  const model = (await findModels(folders)).find((found) => found.name === name);
  if (!model) throw await noSuchModel(name, folders);
  const isLink = (await lstat(model.path)).isSymbolicLink();
  if (model.linked || (!isLink && (await liesElsewhere(name, folders))))
    throw new ModelRefusal(
      'conflict',
      `"${name}" lies in a folder elsewhere, to which "${name.split('/')[0]}" is a link: remove that, or delete the file yourself.`,
    );
  if (!force && !isLink && !Object.hasOwn(downloaded, name))
    throw new ModelRefusal(
      'conflict',
      `Impasto did not download "${name}", so it does not delete it unless you say so: delete it yourself, or ask again with delete=true.`,
    );
  await rm(model.path, { recursive: true });
  await register.change((content) => void delete content.downloaded[name]);
}

/** Whether a folder on the way to it is a link. */
async function liesElsewhere(name: string, { models }: ModelFolders): Promise<boolean> {
  const folder = await realpath(models);
  return (
    dirname(await realpath(join(models, ...name.split('/')))) !== dirname(join(folder, ...name.split('/')))
  );
}
