import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemSchema } from '../protocol/api.ts';
import { disk } from '../storage/disk.ts';
import { Complaint } from './complaint.ts';

const FILE = 'server.json';

/**
 * Throws a Complaint when another server works on this data folder: two would take each other's runs for left-overs.
 * The file that a server leaves there is only a hint (it outlives a crash), so the address in it is asked.
 */
export async function refuseSharedData(dataFolder: string): Promise<void> {
  const url = await claimedBy(dataFolder);
  if (url === undefined) return;
  const answer = await fetch(`${url}/api/system`, { signal: AbortSignal.timeout(1_000) }).catch(
    () => undefined,
  );
  const system = systemSchema.safeParse(await answer?.json().catch(() => undefined));
  if (!system.success || system.data.modelsFolder !== join(dataFolder, 'models')) return;
  throw new Complaint(
    `Impasto is already running at ${url} with the data folder ${dataFolder}; stop it, or choose another with --data.`,
  );
}

/** Leaves the server's address in the data folder. Returns how to take it away again. */
export async function claimDataFolder(dataFolder: string, url: string): Promise<() => Promise<void>> {
  const path = join(dataFolder, FILE);
  await disk.write(path, JSON.stringify({ url }), { durable: false });
  return () => disk.remove(path);
}

async function claimedBy(dataFolder: string): Promise<string | undefined> {
  try {
    const { url } = JSON.parse(await readFile(join(dataFolder, FILE), 'utf8')) as { url?: unknown };
    return typeof url === 'string' && /^http:\/\/[\w.:[\]-]+$/.test(url) ? url : undefined;
  } catch {
    return undefined;
  }
}
