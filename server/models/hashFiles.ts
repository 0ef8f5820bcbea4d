import { Worker } from 'node:worker_threads';
import type { FromInspector, InspectorOrder } from './inspectorMessages.ts';

export interface Hashed {
  /** SHA-256 of the file; of a folder, of its list of sums (ModelSummary says how). */
  readonly hash: string;
  /** SHA-256 of each file by its path. */
  readonly sums: Readonly<Record<string, string>>;
}

export interface HashOptions {
  /** The built inspector program. */
  readonly inspectorEntry: string;
  readonly signal?: AbortSignal;
  /** Bytes read so far. */
  readonly onProgress?: (bytes: number) => void;
}

/** Reads files from end to end in a thread of its own. Rejects when one cannot be read, and when it is aborted. */
export function hashFiles(order: InspectorOrder, options: HashOptions): Promise<Hashed> {
  const { inspectorEntry, signal, onProgress } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const worker = new Worker(inspectorEntry, { workerData: order });
    const stop = () => {
      reject(signal!.reason as Error);
      void worker.terminate();
    };
    signal?.addEventListener('abort', stop, { once: true });
    worker.on('message', (message: FromInspector) => {
      if (message.kind === 'progress') onProgress?.(message.bytes);
      else if (message.kind === 'done') resolve({ hash: message.hash, sums: message.sums });
      else reject(new Error(message.message));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      reject(new Error(`The files could not be read (exit code ${code}).`));
    });
  });
}
