import { createHash } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download } from '../../protocol/models.ts';
import { StorageError, storageError } from '../../storage/disk.ts';
import { type Inspected, inspectFiles } from '../inspectFiles.ts';
import type { ModelLibrary } from '../modelLibrary.ts';
import { PART } from '../modelName.ts';
import type { Connections } from './connections.ts';
import { DownloadFailure } from './downloadFailure.ts';
import { fetchFile } from './fetchFile.ts';
import { requireSpace } from './freeSpace.ts';
import { hubFolder } from './modelHub.ts';
import { takePartLock } from './partLock.ts';
import { type PartFile, type PartState, readPartState } from './partState.ts';
import { RateMeter } from './rateMeter.ts';

export interface DownloadTools {
  readonly library: ModelLibrary;
  readonly hub: URL;
  readonly token: string | undefined;
  readonly connections: Connections;
  readonly retryDelay: number;
}

/** The same for the same name: there can be one download of it at a time. */
export const downloadId = (name: string): string =>
  createHash('sha256').update(name).digest('hex').slice(0, 16);

/** One model on its way into the models folder. */
export class ModelDownload {
  readonly id: string;
  readonly #tools: DownloadTools;
  readonly #changed: (download: Download) => void;
  /** Resolves when nothing is written any more. */
  readonly ended: Promise<void>;
  #settle: () => void = () => undefined;
  readonly #stop = new AbortController();
  readonly #meter = new RateMeter();
  #plan: PartState;
  #state: Download['state'];
  #message: string | undefined;
  /** Of the files before the one at work. */
  #behind = 0;
  #bytes = 0;
  #file: string;

  constructor(plan: PartState, tools: DownloadTools, changed: (download: Download) => void) {
    this.id = downloadId(plan.name);
    this.#plan = plan;
    this.#tools = tools;
    this.#changed = changed;
    this.#state = 'waiting';
    this.ended = new Promise((resolve) => (this.#settle = resolve));
    this.#file = plan.files[0]?.path ?? plan.name;
  }

  /** One that an earlier Impasto left behind. */
  static async resumed(...args: ConstructorParameters<typeof ModelDownload>): Promise<ModelDownload> {
    const download = new ModelDownload(...args);
    download.#state = 'cancelled';
    download.#bytes = await download.#received();
    download.#message = 'It was broken off; start it again to go on.';
    download.#settle();
    return download;
  }

  get plan(): PartState {
    return this.#plan;
  }

  get active(): boolean {
    return ['waiting', 'downloading', 'checking'].includes(this.#state);
  }

  get facts(): Download {
    const { rate } = this.#meter;
    const total = this.#total;
    const going = this.#state === 'downloading';
    const secondsLeft = going ? this.#meter.secondsLeft(total) : undefined;
    return {
      id: this.id,
      at: performance.timeOrigin + performance.now(),
      title: this.#plan.title,
      file: this.#file,
      state: this.#state,
      bytes: this.#bytes,
      name: this.#plan.name,
      request: this.#plan.request,
      resumable: (this.#state === 'failed' || this.#state === 'cancelled') && this.#bytes > 0,
      ...(total !== undefined && { total }),
      ...(going && rate !== undefined && { rate }),
      ...(secondsLeft !== undefined && { secondsLeft }),
      ...(this.#message !== undefined && { message: this.#message }),
    };
  }

  /** Receives it to the end and says how it ended; never throws. */
  async run(): Promise<void> {
    let release: (() => Promise<void>) | undefined;
    try {
      release = await takePartLock(`${this.#part}.lock`);
      if (!release)
        throw new DownloadFailure(
          `Another Impasto is downloading "${this.#plan.name}" into this folder; let it finish.`,
        );
      await this.#receive();
      this.#end('done');
    } catch (error) {
      if (release && this.#bytes === 0) await this.discard().catch(() => undefined);
      if (this.#stop.signal.aborted) this.#end('cancelled', 'It was stopped; start it again to go on.');
      else this.#end('failed', sentenceOf(error));
    } finally {
      await release?.();
    }
  }

  cancel(): void {
    this.#stop.abort(new Error('cancelled'));
    if (this.#state === 'waiting') this.#end('cancelled', 'It was stopped.');
  }

  /** Removes what has been received. */
  async discard(): Promise<void> {
    await rm(this.#part, { recursive: true, force: true });
    await rm(`${this.#part}.json`, { force: true });
    this.#bytes = 0;
  }

  get #part(): string {
    return join(this.#tools.library.folders.models, this.#plan.name + PART);
  }

  get #total(): number | undefined {
    const sizes = this.#plan.files.map(({ bytes }) => bytes);
    return sizes.length === 0 || sizes.includes(undefined)
      ? undefined
      : sizes.reduce((sum: number, bytes) => sum + bytes!, 0);
  }

  async #receive(): Promise<void> {
    this.#say('downloading');
    await this.#takeUp();
    if (this.#plan.layout === 'folder' && this.#plan.files.length === 0) await this.#listFolder();
    this.#bytes = await this.#received();
    await this.#requireSpace();
    for (const [at, file] of this.#plan.files.entries()) {
      this.#behind = await this.#received(at);
      this.#file = file.path;
      await this.#update(at, await this.#fetch(file, at));
    }
    await this.#finish(await this.#check());
  }

  /** Goes on with what lies there, if it is of the same request. */
  async #takeUp(): Promise<void> {
    const before = await readPartState(`${this.#part}.json`);
    const same = before && JSON.stringify(before.request) === JSON.stringify(this.#plan.request);
    if (!same) return this.discard();
    // The catalogue may have learned more since; the hub's own names of what was received are only there.
    const known = new Map(this.#plan.files.map((file) => [file.path, file]));
    this.#plan = {
      ...before,
      files: before.files.map((file) => ({ ...file, ...known.get(file.path), done: file.done })),
    };
  }

  async #listFolder(): Promise<void> {
    const { hub, token, connections } = this.#tools;
    const { source, revision = 'main', request } = this.#plan;
    const half = 'repository' in request && request.half === true;
    const signal = this.#stop.signal;
    const folder = await hubFolder(
      { hub, repository: source, revision, half },
      { token, connections, signal },
    );
    await this.#save({ ...this.#plan, ...folder });
  }

  async #requireSpace(): Promise<void> {
    const missing = this.#plan.files.reduce((sum, { bytes = 0 }) => sum + bytes, 0) - this.#bytes;
    await requireSpace(this.#tools.library.folders.models, missing);
  }

  #fetch(file: PartFile, at: number): Promise<PartFile> {
    const { hub, connections, retryDelay } = this.#tools;
    const { source, page } = this.#plan;
    // Whatever the plan on the disk says: the token is for the hub alone.
    const token = new URL(file.url).origin === hub.origin ? this.#tools.token : undefined;
    const what = `${file.path} of ${source}`;
    return fetchFile(file, {
      path: this.#pathOf(file),
      asked: { what, page, hasToken: token !== undefined },
      token,
      connections,
      retryDelay,
      signal: this.#stop.signal,
      onFacts: async (facts, received) => {
        await this.#update(at, facts);
        this.#progress(received);
        await this.#requireSpace();
      },
      onBytes: (received) => this.#progress(received),
      onWaiting: (message) => this.#say('downloading', `${message} Trying again.`),
    });
  }

  #pathOf(file: PartFile): string {
    return this.#plan.layout === 'file' ? this.#part : join(this.#part, ...file.path.split('/'));
  }

  #progress(received: number): void {
    this.#bytes = this.#behind + received;
    this.#meter.add(this.#bytes, performance.now());
    this.#message = undefined;
    this.#changed(this.facts);
  }

  /** Bytes of the first so many files that lie there. */
  async #received(files = this.#plan.files.length): Promise<number> {
    let bytes = 0;
    for (const file of this.#plan.files.slice(0, files))
      bytes += (await stat(this.#pathOf(file)).catch(() => undefined))?.size ?? 0;
    return bytes;
  }

  async #update(at: number, file: PartFile): Promise<void> {
    const files = this.#plan.files.with(at, file);
    await this.#save({ ...this.#plan, files });
  }

  async #save(plan: PartState): Promise<void> {
    this.#plan = plan;
    await this.#tools.library.disk.write(`${this.#part}.json`, JSON.stringify(plan, null, 2));
  }

  /** Compares the sum of every file with the one that is known of it; one that is wrong is removed. */
  async #check(): Promise<Inspected> {
    this.#say('checking');
    const { files, layout } = this.#plan;
    const order = {
      files: files.map((file) => ({ path: file.path, absolute: this.#pathOf(file) })),
      single: layout === 'file',
    };
    const { inspectorEntry } = this.#tools.library;
    const hashed = await inspectFiles(order, { inspectorEntry, signal: this.#stop.signal });
    for (const [at, file] of files.entries()) {
      const sum = hashed.sums[file.path]!;
      const expected = file.sha256 ?? file.sha256Start;
      if (expected === undefined || sum.startsWith(expected)) continue;
      await rm(this.#pathOf(file), { force: true });
      await this.#update(at, { ...file, done: false });
      this.#bytes = await this.#received();
      throw new DownloadFailure(
        `${file.path} arrived damaged, or is not what was published: its SHA-256 is ${sum}, expected ${expected}. It was removed; start again to receive it anew.`,
      );
    }
    return hashed;
  }

  async #finish({ hash, sums }: Inspected): Promise<void> {
    const { library } = this.#tools;
    const { name, source, revision, entry } = this.#plan;
    const target = join(library.folders.models, name);
    if (await stat(target).catch(() => undefined))
      throw new DownloadFailure(
        `A model "${name}" has been put into the models folder meanwhile: remove it, then start again.`,
      );
    await rename(this.#part, target);
    const record = {
      source,
      files: { ...sums },
      ...(revision !== undefined && { revision }),
      ...(entry !== undefined && { entry }),
    };
    await library.settle(name, { hash, record });
    await rm(`${this.#part}.json`, { force: true });
  }

  #say(state: Download['state'], message?: string): void {
    this.#state = state;
    this.#message = message;
    this.#changed(this.facts);
  }

  #end(state: 'done' | 'failed' | 'cancelled', message?: string): void {
    this.#say(state, message);
    this.#settle();
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof DownloadFailure) return error.message;
  const known = storageError(error);
  if (known instanceof StorageError)
    return known.code === 'no-space'
      ? 'The disk is full: free some space and start it again; what has been received is kept.'
      : 'The models folder cannot be written to.';
  return `It stopped unexpectedly: ${error instanceof Error ? error.message : String(error)}.`;
}
