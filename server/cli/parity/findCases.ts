import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders below `root` that hold a case.json, sorted by path. Links are not followed. Throws when root is no folder. */
export async function findCases(root: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(root, { withFileTypes: true });
  if (entries.some((entry) => entry.isFile() && entry.name === 'case.json')) found.push(root);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory()) found.push(...(await findCases(join(root, entry.name))));
  }
  return found;
}
