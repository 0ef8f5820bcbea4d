import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Where what outgrows memory in one run goes; named by process, so that two engines do not meet. Made when first used:
 * most runs need none, and a full disk should not stop them.
 */
export function spillFolderOf(root: string, run: string): string {
  return join(root, `${process.pid}-${run}`);
}

export async function removeSpillFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}

/** Removes what engines left behind that were killed in mid-run. */
export async function removeLeftovers(root: string): Promise<void> {
  const names = await readdir(root).catch(() => []);
  const dead = names.filter((name) => !isAlive(Number(/^\d+/.exec(name)?.[0] ?? 0)));
  await Promise.all(dead.map((name) => removeSpillFolder(join(root, name))));
}

function isAlive(pid: number): boolean {
  if (pid === process.pid || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
