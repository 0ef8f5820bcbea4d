import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { EncodedPicture, EngineSettings } from '../../engine/messages.ts';
import { runOnce, type RunPause } from '../../engine/runOnce.ts';
import type { Library } from '../../runs/library.ts';
import { prepareRun } from '../../runs/prepareRun.ts';
import { type Disk, StorageError, disk } from '../../storage/disk.ts';
import { FileStore } from '../../storage/fileStore.ts';
import { Complaint } from '../complaint.ts';
import { readOverrides } from './readOverrides.ts';
import { readWorkflow } from './readWorkflow.ts';
import type { RunPrinter } from './runPrinter.ts';

export interface RunFileOptions {
  readonly file: string;
  /** `node.param=value` */
  readonly set: readonly string[];
  readonly allowOtherModels: boolean;
  /** Where saved pictures go. */
  readonly out: string;
  readonly library: Library;
  readonly engineEntry: string;
  readonly engineSettings: EngineSettings;
  readonly printer: RunPrinter;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
  /** By Ctrl+Z. */
  readonly pause: RunPause;
}

/** Runs a workflow without a server and returns the exit status: 0 done, 1 bad workflow or failed, 130 cancelled. */
export async function runFile(options: RunFileOptions): Promise<number> {
  const { library, printer, engineEntry: entry, engineSettings: settings, signal, pause } = options;
  const files = new FileStore(join(settings.dataFolder, 'files'), disk);
  const workflow = await readWorkflow(options.file, library);
  const overrides = await readOverrides(options.set, workflow, { library, files });
  const { allowOtherModels } = options;
  const request = { workflow, overrides: overrides.values, allowOtherModels };
  const prepared = await prepareRun(request, { library, files });
  const told = new Set(overrides.problems.map(({ node, port }) => `${node}.${port}`));
  const others = (prepared.problems ?? []).filter(({ node, port }) => !told.has(`${node}.${port}`));
  const problems = [...overrides.problems, ...others];
  if (!prepared.document || problems.length > 0) {
    printer.problems(problems);
    return 1;
  }
  const { document, notes } = prepared;
  const out = await openOutFolder(options.out);
  const began = performance.now();
  const writes: Promise<void>[] = [];
  printer.begin(document, notes);
  const finished = await runOnce({
    entry,
    settings,
    document,
    signal,
    pause,
    onMessage: (message) => {
      printer.message(message);
      if (message.kind === 'shown' && message.name !== undefined)
        writes.push(
          writeOutput(out, message.node, message.picture).then((path) => printer.output(message.node, path)),
        );
    },
  });
  const error = await Promise.all(writes).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  printer.end(finished, (performance.now() - began) / 1000);
  if (error !== undefined) throw writeComplaint(error, out);
  return { done: 0, failed: 1, cancelled: 130 }[finished.state];
}

/** Seen before the run, not after an hour of it. */
async function openOutFolder(folder: string, on: Disk = disk): Promise<string> {
  const path = resolve(folder);
  const there = await stat(path).catch(() => undefined);
  if (there && !there.isDirectory()) throw new Complaint(`--out ${path} is a file; a folder is needed.`);
  const probe = join(path, '.impasto-probe');
  try {
    await on.write(probe, '');
    await on.remove(probe);
    return path;
  } catch (error) {
    throw writeComplaint(error, path);
  }
}

/** Node ids are plain file names (idSchema). */
async function writeOutput(
  folder: string,
  node: string,
  { bytes, extension }: EncodedPicture,
): Promise<string> {
  const path = join(folder, `${node}.${extension}`);
  await disk.write(path, bytes);
  return path;
}

function writeComplaint(error: unknown, folder: string): Complaint {
  const full = error instanceof StorageError && error.code === 'no-space';
  return new Complaint(
    `The folder ${folder} cannot be written to${full ? ': the disk is full' : ''}.`,
    error,
  );
}
