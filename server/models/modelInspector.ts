import { EventEmitter } from 'node:events';
import { Serial } from '../storage/serial.ts';
import type { FoundModel } from './findModels.ts';
import { hashFiles } from './hashFiles.ts';
import type { Inspection, InspectionMemory } from './inspectionMemory.ts';
import type { ModelFiles } from './modelFiles.ts';

export interface ModelInspectorOptions {
  readonly memory: InspectionMemory;
  readonly inspectorEntry: string;
}

/** Looks into models one after the other, in a thread, and remembers what it found. */
export class ModelInspector extends EventEmitter<{ changed: [] }> {
  readonly #options: ModelInspectorOptions;
  readonly #queue = new Serial();
  /** By path and signature. */
  readonly #going = new Map<string, Promise<Inspection>>();
  readonly #closed = new AbortController();

  constructor(options: ModelInspectorOptions) {
    super();
    this.#options = options;
  }

  /** What is known already; asks for nothing. */
  known({ path }: FoundModel, { signature }: ModelFiles): Promise<Inspection | undefined> {
    return this.#options.memory.get(path, signature);
  }

  /** What there is to know, read now unless it is known; `changed` follows. Rejects when it cannot be read. */
  inspect(model: FoundModel, files: ModelFiles): Promise<Inspection> {
    const key = `${model.path}\0${files.signature}`;
    const going = this.#going.get(key);
    if (going) return going;
    const inspection = this.#queue.run(() => this.#look(model, files));
    this.#going.set(key, inspection);
    const forget = () => this.#going.delete(key);
    inspection.then(forget, forget);
    return inspection;
  }

  /** Notes a hash that somebody else has just computed. */
  async learn({ path }: FoundModel, { signature }: ModelFiles, hash: string): Promise<void> {
    await this.#options.memory.set(path, { signature, hash });
    this.emit('changed');
  }

  close(): void {
    this.#closed.abort(new Error('Impasto was stopped.'));
  }

  async #look(model: FoundModel, files: ModelFiles): Promise<Inspection> {
    const known = await this.known(model, files);
    if (known?.hash !== undefined) return known;
    const order = { files: files.files, single: model.layout === 'single-file' };
    const { inspectorEntry } = this.#options;
    const { hash } = await hashFiles(order, { inspectorEntry, signal: this.#closed.signal });
    const inspection: Inspection = { signature: files.signature, hash };
    await this.#options.memory.set(model.path, inspection);
    this.emit('changed');
    return inspection;
  }
}
