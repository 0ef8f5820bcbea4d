import type { Download } from '../../protocol/models.ts';
import type { ModelLibrary } from '../modelLibrary.ts';
import { ModelRefusal } from '../modelRefusal.ts';
import { checkSums } from './checkSums.ts';
import type { Connections } from './connections.ts';
import { DownloadStatus } from './downloadStatus.ts';
import { fetchFile } from './fetchFile.ts';
import { requireSpace } from './freeSpace.ts';
import { installModel } from './installModel.ts';
import { hubFolder } from './modelHub.ts';
import { PartFiles } from './partFiles.ts';
import { takeLock } from '../../storage/takeLock.ts';
import type { PartFile, PartState } from './partState.ts';
import { stopSentence } from './stopSentence.ts';

export interface DownloadTools {
  readonly library: ModelLibrary;
  readonly hub: URL;
  readonly token: string | undefined;
  readonly connections: Connections;
  readonly retryDelay: number;
}

/** One model on its way into the models folder. */
export class ModelDownload {
  readonly #tools: DownloadTools;
  readonly #parts: PartFiles;
  readonly #status: DownloadStatus;
  readonly #stop = new AbortController();
  /** Resolves when nothing is written any more. */
  readonly ended: Promise<void>;
  #settle: () => void = () => undefined;

  constructor(plan: PartState, tools: DownloadTools, changed: (download: Download) => void) {
    const { folders, disk } = tools.library;
    this.#tools = tools;
    this.#parts = new PartFiles(plan, { folder: folders.models, disk });
    this.#status = new DownloadStatus(this.#parts, changed);
    this.ended = new Promise((resolve) => (this.#settle = resolve));
  }

  /** One that an earlier Impasto left behind; undefined when nothing of it is there. */
  static async resumed(
    ...args: ConstructorParameters<typeof ModelDownload>
  ): Promise<ModelDownload | undefined> {
    const download = new ModelDownload(...args);
    const bytes = await download.#parts.received();
    if (bytes === 0) return undefined;
    download.#status.has(bytes);
    download.#end('cancelled', 'It was broken off; start it again to go on.');
    return download;
  }

  get plan(): PartState {
    return this.#parts.plan;
  }

  get active(): boolean {
    return this.#status.active;
  }

  get facts(): Download {
    return this.#status.facts;
  }

  /** Receives it to the end and says how it ended; never throws. */
  async run(): Promise<void> {
    try {
      await this.#alone(() => this.#receive().catch((error: unknown) => this.#tidy(error)));
      this.#end('done');
    } catch (error) {
      if (this.#stop.signal.aborted) this.#end('cancelled', 'It was stopped; start it again to go on.');
      else this.#end('failed', stopSentence(error));
    }
  }

  cancel(): void {
    this.#stop.abort(new Error('cancelled'));
    if (this.facts.state === 'waiting') this.#end('cancelled', 'It was stopped.');
  }

  /** Removes what has been received. Throws ModelRefusal when another Impasto is at it. */
  async discard(): Promise<void> {
    await this.#alone(() => this.#parts.discard());
    this.#status.has(0);
  }

  /** Another Impasto, a server or a command, may be at it in the same folder. */
  async #alone(work: () => Promise<void>): Promise<void> {
    const release = await takeLock(`${this.#parts.path}.lock`);
    if (!release)
      throw new ModelRefusal(
        'conflict',
        `Another Impasto is downloading "${this.plan.name}" into this folder; let it finish.`,
      );
    try {
      await work();
    } finally {
      await release();
    }
  }

  async #receive(): Promise<void> {
    const parts = this.#parts;
    await parts.takeUp();
    this.#status.has(await parts.received());
    this.#status.say('downloading');
    if (parts.plan.layout === 'folder' && parts.plan.files.length === 0) await this.#listFolder();
    this.#status.has(await parts.received());
    await this.#requireSpace();
    for (const [at, file] of parts.plan.files.entries()) {
      this.#status.turnTo(file.path, await parts.received(at));
      await parts.update(at, await this.#fetch(file, at));
    }
    this.#status.say('checking');
    const { library } = this.#tools;
    const { inspectorEntry } = library;
    const hashed = await checkSums(parts, { inspectorEntry, signal: this.#stop.signal });
    await installModel(parts, hashed, library);
  }

  async #listFolder(): Promise<void> {
    const { hub, token, connections, retryDelay } = this.#tools;
    const { source, revision = 'main', request } = this.plan;
    const half = 'repository' in request && request.half === true;
    const place = { hub, repository: source, revision, half };
    const { signal } = this.#stop;
    const network = { token, connections, signal, retryDelay, onWaiting: this.#onWaiting };
    await this.#parts.save({ ...this.plan, ...(await hubFolder(place, network)) });
  }

  #fetch(file: PartFile, at: number): Promise<PartFile> {
    const { hub, connections, library, retryDelay } = this.#tools;
    const { source, page } = this.plan;
    // Whatever the plan on the disk says: the token is for the hub alone.
    const token = new URL(file.url).origin === hub.origin ? this.#tools.token : undefined;
    return fetchFile(file, {
      path: this.#parts.pathOf(file),
      asked: { what: `${file.path} of ${source}`, page, hasToken: token !== undefined },
      token,
      connections,
      retryDelay,
      signal: this.#stop.signal,
      onFacts: async (facts, received) => {
        await this.#parts.update(at, facts);
        this.#status.receive(received);
        await this.#requireSpace();
      },
      onBytes: (received) => this.#status.receive(received),
      onWaiting: this.#onWaiting,
      requireSpace: (bytes) => requireSpace(library.folders.models, bytes),
    });
  }

  readonly #onWaiting = (message: string): void => this.#status.say('downloading', message);

  /** For all that is known to come. */
  async #requireSpace(): Promise<void> {
    const all = this.plan.files.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
    await requireSpace(this.#tools.library.folders.models, all - this.facts.bytes);
  }

  /** After a failure: leaves nothing where nothing came, and counts anew what there is. */
  async #tidy(failure: unknown): Promise<never> {
    try {
      await this.#parts.discardEmpty();
      this.#status.has(await this.#parts.received());
    } catch {
      // What went wrong before is what is told.
    }
    throw failure;
  }

  #end(state: 'done' | 'failed' | 'cancelled', message?: string): void {
    this.#status.say(state, message);
    this.#settle();
  }
}
