import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { ifAbsent } from '../../models/files/ifAbsent.ts';
import { errorCode } from '../../models/files/errorCode.ts';

/** A lock that its holder has not touched for so long was left behind. */
const STALE = 60_000;
const TOUCH_EVERY = 10_000;

/**
 * Takes a download or a training for this process: another Impasto (a server, a command) may be at it in the same folder.
 * Resolves with what releases it, or undefined when somebody else has it.
 */
export async function takeLock(path: string): Promise<(() => Promise<void>) | undefined> {
  if (!(await writeNew(path))) {
    if ((await isHeld(path)) || !(await removeStale(path))) return undefined;
    if (!(await writeNew(path))) return undefined;
  }
  // One that somebody removed by hand is missed when it is released.
  const touch = () => void utimes(path, new Date(), new Date()).catch(() => undefined);
  const timer = setInterval(touch, TOUCH_EVERY);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await rm(path, { force: true });
  };
}

async function writeNew(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(`${process.pid} ${hostname()}`);
    await file.close();
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Moved away first, which only one can do: another one that found it stale may have made a new one meanwhile. */
async function removeStale(path: string): Promise<boolean> {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(ifAbsent(undefined));
  const isFresh = await isHeld(aside);
  if (isFresh) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return !isFresh;
}

/** By somebody who is alive, or may be: the processes of another machine (or container) cannot be seen from here. */
async function isHeld(path: string): Promise<boolean> {
  const facts = await stat(path).catch(ifAbsent(undefined));
  if (!facts || Date.now() - facts.mtimeMs > STALE) return false;
  const [pid, host] = (await readFile(path, 'utf8').catch(ifAbsent(''))).split(' ');
  if (host !== hostname() || !/^[1-9]\d*$/.test(pid!)) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
