import { Worker } from 'node:worker_threads';
import type { FromInspector, InspectorOrder, Recognition } from './inspectorMessages.ts';
import { ModelRefusal } from './modelRefusal.ts';

export interface Inspected {
  /** SHA-256 of the file; of a folder, of its list of sums (ModelSummary says how). */
  readonly hash: string;
  /** SHA-256 of each file by its path. */
  readonly sums: Readonly<Record<string, string>>;
}

export interface InspectOptions {
  /** The built inspector program. */
  readonly inspectorEntry: string;
  readonly signal?: AbortSignal;
  /** What it is, before its files are read from end to end. */
  readonly onRecognised?: (recognition: Recognition) => void;
  /** Bytes read so far. */
  readonly onProgress?: (bytes: number) => void;
}

/** A header that needs more is none of a model. */
const MEMORY_MB = 1024;

/** Looks into files in a thread of its own. Rejects with ModelRefusal when one cannot be read, and when it is aborted. */
export function inspectFiles(order: InspectorOrder, options: InspectOptions): Promise<Inspected> {
  const { inspectorEntry, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const resourceLimits = { maxOldGenerationSizeMb: MEMORY_MB };
    const worker = new Worker(inspectorEntry, { workerData: order, resourceLimits });
    const stop = () => {
      reject(signal!.reason as Error);
      void worker.terminate();
    };
    signal?.addEventListener('abort', stop, { once: true });
    worker.on('message', (message: FromInspector) => {
      if (message.kind === 'progress') options.onProgress?.(message.bytes);
      else if (message.kind === 'recognised') options.onRecognised?.(message.recognition);
      else if (message.kind === 'done') resolve({ hash: message.hash, sums: message.sums });
      else reject(new ModelRefusal('conflict', message.message));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      reject(new Error(`The files could not be read (exit code ${code}).`));
    });
  });
}
