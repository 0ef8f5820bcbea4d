import { EventEmitter } from 'node:events';
import { Serial } from '../storage/serial.ts';
import { inspectFiles } from './inspectFiles.ts';
import type { Inspection, InspectionMemory } from './inspectionMemory.ts';
import type { Recognition } from './inspectorMessages.ts';
import type { ModelFiles } from './modelFiles.ts';
import type { FoundModel } from './modelsAt.ts';

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
  /** Recognised by this program; what an older one remembered may be out of date. */
  readonly #recognised = new Set<string>();
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
    return this.#once(model, files, 'hash');
  }

  /** What it is, without reading its weights. */
  recognise(model: FoundModel, files: ModelFiles): Promise<Inspection> {
    return this.#once(model, files, 'name');
  }

  /** Notes a hash that somebody else has just computed. */
  async learn(model: FoundModel, { signature }: ModelFiles, hash: string): Promise<void> {
    await this.#note(model, { signature, hash });
  }

  /** Breaks off what is being read; resolves when nothing is written any more. */
  async close(): Promise<void> {
    this.#closed.abort(new Error('Impasto was stopped.'));
    await this.#queue.close();
    await this.#options.memory.close();
  }

  #once(model: FoundModel, files: ModelFiles, what: 'hash' | 'name'): Promise<Inspection> {
    const key = [what, model.path, files.signature].join('\0');
    const going = this.#going.get(key);
    if (going) return going;
    const inspection = this.#queue.run(() => this.#look(model, files, what));
    this.#going.set(key, inspection);
    const forget = () => this.#going.delete(key);
    inspection.then(forget, forget);
    return inspection;
  }

  async #look(model: FoundModel, files: ModelFiles, what: 'hash' | 'name'): Promise<Inspection> {
    const { signature } = files;
    const key = [model.path, signature].join('\0');
    const known = (await this.known(model, files)) ?? { signature };
    const isNew = !this.#recognised.has(key);
    const hashes = what === 'hash' && known.hash === undefined;
    if (!isNew && !hashes) return known;
    const notes: Promise<Inspection>[] = [];
    const onRecognised = (recognition: Recognition) => {
      this.#recognised.add(key);
      notes.push(
        this.#note(model, {
          signature,
          role: undefined,
          architecture: undefined,
          parts: undefined,
          levels: undefined,
          trainSteps: undefined,
          problem: undefined,
          ...recognition,
        }),
      );
    };
    const order = {
      files: hashes ? files.files : [],
      single: model.layout === 'single-file',
      ...(isNew && { recognise: model.path }),
    };
    const { inspectorEntry } = this.#options;
    const { hash } = await inspectFiles(order, { inspectorEntry, signal: this.#closed.signal, onRecognised });
    await Promise.all(notes);
    return this.#note(model, { signature, ...(hashes && { hash }) });
  }

  /** Adds to what is known of these very files: it comes from several sides. */
  async #note({ path }: FoundModel, news: Inspection): Promise<Inspection> {
    const before = await this.#options.memory.get(path, news.signature);
    const inspection = { ...before, ...news };
    if (JSON.stringify(before) === JSON.stringify(inspection)) return inspection;
    await this.#options.memory.set(path, inspection);
    this.emit('changed');
    return inspection;
  }
}
