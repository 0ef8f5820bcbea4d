import { open } from 'node:fs/promises';

/** Has a file that was put into a folder outlive a power failure, where the system can do that for folders. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path).catch(() => undefined);
  // Windows opens no folders, and some file systems do not sync them.
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
