import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ifAbsent } from '../../models/files/ifAbsent.ts';
import { systemSchema } from '../protocol/api.ts';
import { disk, errorCode } from '../storage/disk.ts';
import { Complaint } from './complaint.ts';

const FILE = 'server.json';
/** A server that is busy answers late; one that is gone refuses the connection at once. */
const PATIENCE = 5_000;
/** Nothing takes so long to start: whatever has the number of that process now is another one. */
const LONGEST_START = 60_000;

export interface Claim {
  /** Leaves the server's address in the folder. */
  announce(url: string): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes the data folder for this server, before it reads anything there. Throws a Complaint when another one works on
 * it: two would take each other's runs for left-overs. The file that a server leaves there may outlive it (a crash), so
 * who wrote it is asked for.
 */
export async function claimDataFolder(dataFolder: string): Promise<Claim> {
  const path = join(dataFolder, FILE);
  const mine = JSON.stringify({ pid: process.pid });
  const first = await writeNew(path, mine);
  if (!first) {
    await refuseShared(dataFolder, { ...(await readClaim(path)), age: await ageOf(path) });
    await disk.write(path, mine, { durable: false });
  }
  return {
    announce: (url) => disk.write(path, JSON.stringify({ pid: process.pid, url }), { durable: false }),
    release: () => disk.remove(path),
  };
}

async function refuseShared(
  dataFolder: string,
  { pid, url, age }: { pid?: unknown; url?: unknown; age: number },
): Promise<void> {
  const taken = (where: string) =>
    new Complaint(
      `Impasto is already ${where} with the data folder ${dataFolder}; stop it, or choose another with --data.`,
    );
  if (typeof url === 'string' && /^http:\/\/[\w.:[\]-]+$/.test(url)) {
    if (await serves(url, dataFolder)) throw taken(`running at ${url}`);
  } else if (typeof pid === 'number' && pid !== process.pid && age < LONGEST_START && isAlive(pid))
    throw taken('starting');
}

/** Milliseconds since the file was written; none when it is gone. */
async function ageOf(path: string): Promise<number> {
  const facts = await stat(path).catch(ifAbsent(undefined));
  return facts ? Date.now() - facts.mtimeMs : 0;
}

/** False when the file is there already. */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The file is empty for a moment while its writer begins: then it is read again. */
async function readClaim(path: string, patience = 5): Promise<{ pid?: unknown; url?: unknown }> {
  const text = await readFile(path, 'utf8').catch(ifAbsent(''));
  if (text === '' && patience > 0) {
    await setTimeout(100);
    return readClaim(path, patience - 1);
  }
  try {
    return (JSON.parse(text) ?? {}) as object;
  } catch {
    return {};
  }
}

/** Whether an Impasto at that address works on the folder; so it is taken to be when it is too busy to answer. */
async function serves(url: string, dataFolder: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/api/system`, { signal: AbortSignal.timeout(PATIENCE) });
    const system = systemSchema.safeParse(await answer.json());
    return system.success && system.data.modelsFolder === join(dataFolder, 'models');
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
