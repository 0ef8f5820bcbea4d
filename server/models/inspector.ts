import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { ModelError } from '../../models/architectures/modelError.ts';
import { recogniseModel } from '../../models/catalog/recogniseModel.ts';
import { whyNot } from '../../models/files/whyNot.ts';
import { WeightsError } from '../../models/weights/weightsError.ts';
import type { FromInspector, InspectorOrder, Recognition } from './inspectorMessages.ts';
import { unreadable } from './unreadable.ts';

/**
 * The inspector thread: tells what a model is and reads its files from end to end, away from the thread that serves
 * people, and ends. Its order is `workerData`.
 */
const CHUNK = 4 * 1024 * 1024;
const TELL_EVERY = 250;

const { recognise, files, single } = workerData as InspectorOrder;
const say = (message: FromInspector) => parentPort!.postMessage(message, []);
let read = 0;
let told = performance.now();

try {
  if (recognise !== undefined) say({ kind: 'recognised', recognition: await recognition(recognise) });
  const sums: Record<string, string> = {};
  for (const { path, absolute } of files) sums[path] = await sumOf(absolute);
  say({ kind: 'done', hash: single && files[0] ? sums[files[0].path]! : hashOfList(sums), sums });
} catch (error) {
  say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
}

/** Errors of our own classes are whole sentences; others say what the system refused. */
async function recognition(path: string): Promise<Recognition> {
  try {
    return await recogniseModel(path);
  } catch (error) {
    const ours = error instanceof ModelError || error instanceof WeightsError;
    return { problem: ours ? error.message : unreadable(error) };
  }
}

async function sumOf(path: string): Promise<string> {
  return hashFile(path).catch((error: unknown) => {
    throw new Error(`${path} cannot be read: ${whyNot(error)}.`);
  });
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
