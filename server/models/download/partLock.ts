import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { errorCode } from '../../storage/disk.ts';

/** A lock that its holder has not touched for so long was left behind. */
const STALE = 60_000;
const TOUCH_EVERY = 10_000;

/**
 * Takes a download for this process: another Impasto (a server, a command) may be at it in the same folder. Resolves
 * with what releases it, or undefined when somebody else has it.
 */
export async function takePartLock(path: string): Promise<(() => Promise<void>) | undefined> {
  if (!(await writeNew(path))) {
    if (await isHeld(path)) return undefined;
    await rm(path, { force: true });
    if (!(await writeNew(path))) return undefined;
  }
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
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function isHeld(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  if (!facts || Date.now() - facts.mtimeMs > STALE) return false;
  const pid = Number(await readFile(path, 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
