import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromInspector, InspectorOrder } from './inspectorMessages.ts';

/**
 * The inspector thread: reads the files of one model from end to end, away from the thread that serves people, and
 * ends. Its order is `workerData`.
 */
const CHUNK = 4 * 1024 * 1024;
const TELL_EVERY = 250;

const { files, single } = workerData as InspectorOrder;
const say = (message: FromInspector) => parentPort!.postMessage(message, []);
let read = 0;
let told = performance.now();

try {
  const sums: Record<string, string> = {};
  for (const { path, absolute } of files) sums[path] = await hashFile(absolute);
  say({ kind: 'done', hash: single ? sums[files[0]!.path]! : hashOfList(sums), sums });
} catch (error) {
  say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(CHUNK);
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
      read += bytesRead;
      if (performance.now() - told < TELL_EVERY) continue;
      told = performance.now();
      say({ kind: 'progress', bytes: read });
    }
  } finally {
    await file.close();
  }
}

/** As `sha256sum` prints it, sorted by path, hashed. */
function hashOfList(sums: Readonly<Record<string, string>>): string {
  const lines = Object.keys(sums)
    .sort()
    .map((path) => `${sums[path]}  ${path}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}
