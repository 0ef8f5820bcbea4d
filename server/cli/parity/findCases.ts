import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface FoundCases {
  /** Folders that hold a case.json, sorted by path. */
  readonly folders: readonly string[];
  /** Folders below the root that could not be searched, with the reason. */
  readonly unreadable: readonly { readonly folder: string; readonly reason: unknown }[];
}

type List = (folder: string) => Promise<Dirent[]>;

/** Every case below `root`. Links are not followed. Throws when root itself cannot be searched. */
export async function findCases(
  root: string,
  list: List = (folder) => readdir(folder, { withFileTypes: true }),
): Promise<FoundCases> {
  const folders: string[] = [];
  const unreadable: { folder: string; reason: unknown }[] = [];
  const search = async (folder: string, entries: Dirent[]): Promise<void> => {
    if (entries.some((entry) => entry.isFile() && entry.name === 'case.json')) folders.push(folder);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (!entry.isDirectory()) continue;
      const inner = join(folder, entry.name);
      const found = await list(inner).catch(
        (reason: unknown) => void unreadable.push({ folder: inner, reason }),
      );
      if (found) await search(inner, found);
    }
  };
  await search(root, await list(root));
  return { folders, unreadable };
}
