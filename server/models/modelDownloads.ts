import { EventEmitter } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download, DownloadRequest } from '../protocol/models.ts';
import { Serial } from '../storage/serial.ts';
import { type Connections, type Patience, openConnections, usualPatience } from './download/connections.ts';
import { type DownloadTools, ModelDownload, downloadId } from './download/modelDownload.ts';
import { type PartState, readPartState } from './download/partState.ts';
import { planDownload } from './download/planDownload.ts';
import { HubAccess } from './hubAccess.ts';
import type { HubSettings } from './hubSettings.ts';
import type { ModelLibrary } from './modelLibrary.ts';
import { isSameName, PART } from './modelName.ts';
import { ModelRefusal } from './modelRefusal.ts';

export interface ModelDownloadsOptions {
  readonly library: ModelLibrary;
  readonly settings: HubSettings;
  /** Milliseconds before a cut connection is taken up again, the first time. */
  readonly retryDelay?: number;
  readonly patience?: Patience;
}

/** Downloads that go on at a time; the others wait. */
const AT_ONCE = 2;
/** Milliseconds between two messages about the same download. */
const TELL_EVERY = 250;
const STATE = `${PART}.json`;

/** What was told last of a download. */
interface Told {
  readonly at: number;
  readonly state: Download['state'];
  /** When there is more to tell. */
  readonly later?: NodeJS.Timeout;
}

/** Downloads of models: going on, waiting, ended, and those that an earlier Impasto left behind. */
export class ModelDownloads extends EventEmitter<{ download: [Download] }> {
  /** Where they come from. */
  readonly hub: HubAccess;
  readonly #options: ModelDownloadsOptions;
  readonly #connections: Connections;
  readonly #downloads = new Map<string, ModelDownload>();
  readonly #told = new Map<string, Told>();
  readonly #running = new Set<Promise<void>>();
  readonly #starts = new Serial();
  readonly #waiting: ModelDownload[] = [];

  constructor(options: ModelDownloadsOptions) {
    super();
    this.#options = options;
    const { folders, disk } = options.library;
    this.hub = new HubAccess(options.settings, { file: folders.settings, disk });
    this.#connections = openConnections(options.patience ?? usualPatience);
  }

  /** Finds what was broken off. */
  async open(): Promise<void> {
    const { models } = this.#options.library.folders;
    const names = await readdir(models).catch(() => [] as string[]);
    for (const file of names.filter((name) => name.endsWith(STATE))) {
      const plan = await readPartState(join(models, file));
      if (plan?.name !== file.slice(0, -STATE.length) || this.#downloads.has(downloadId(plan.name))) continue;
      const download = await ModelDownload.resumed(plan, this.#tools(), (facts) => this.#tell(facts));
      this.#downloads.set(download.id, download);
    }
  }

  list(): Download[] {
    return [...this.#downloads.values()].map(({ facts }) => facts);
  }

  /** Starts it, or takes it up where it stopped; one that is going on already is answered. Throws ModelRefusal. */
  start(request: DownloadRequest): Promise<Download> {
    // One after the other: the same asked for twice at once is one download, too.
    return this.#starts.run(() => this.#start(request));
  }

  async #start(request: DownloadRequest): Promise<Download> {
    const { library } = this.#options;
    if (this.hub.offline)
      throw new ModelRefusal('conflict', 'Impasto was started with --offline: nothing is downloaded.');
    const plan = await planDownload(request, { hub: this.hub.hub, catalogue: library.folders.catalogue });
    const going = this.#downloads.get(downloadId(plan.name));
    if (going?.active) return this.#same(going, plan);
    await this.#refuseTaken(plan);
    const download = new ModelDownload(plan, this.#tools(), (facts) => this.#tell(facts));
    this.#downloads.set(download.id, download);
    this.#waiting.push(download);
    this.#tell(download.facts);
    this.#next();
    return download.facts;
  }

  /** Stops it. What was received stays for another time unless it is discarded. Throws ModelRefusal. */
  async cancel(id: string, { discard }: { readonly discard: boolean }): Promise<void> {
    const download = this.#downloads.get(id);
    if (!download) throw new ModelRefusal('not-found', 'There is no such download.');
    const { state } = download.facts;
    download.cancel();
    await download.ended;
    if (!discard && state !== 'done') return;
    if (state !== 'done') await download.discard();
    this.#downloads.delete(id);
    clearTimeout(this.#told.get(id)?.later);
    this.#told.delete(id);
  }

  /** Stops all of them; what was received stays. Resolves when nothing is written any more. */
  async close(): Promise<void> {
    await Promise.all([this.#starts.close(), this.hub.close()]);
    for (const download of this.#downloads.values()) if (download.active) download.cancel();
    await Promise.all(this.#running);
    for (const { later } of this.#told.values()) clearTimeout(later);
    await this.#connections.close();
  }

  #tools(): DownloadTools {
    const { library, retryDelay = 1000 } = this.#options;
    const { hub, token } = this.hub;
    return { library, hub, token, connections: this.#connections, retryDelay };
  }

  /** The same thing asked for twice is one download; another thing of the same name is none. */
  #same(going: ModelDownload, plan: PartState): Download {
    if (JSON.stringify(going.plan.request) === JSON.stringify(plan.request)) return going.facts;
    throw new ModelRefusal(
      'conflict',
      `"${plan.name}" is being downloaded from ${going.plan.source}: let it finish, or stop it first.`,
    );
  }

  async #refuseTaken({ name, entry }: PartState): Promise<void> {
    const models = await this.#options.library.list();
    const first = models.find((model) => isSameName(model.name.split('/')[0]!, name));
    if (!first) return;
    const same = entry !== undefined && first.catalogue === entry;
    throw new ModelRefusal(
      'conflict',
      same
        ? `It is here already, as "${first.name}".`
        : `There is already a model "${first.name.split('/')[0]}": remove or rename it first.`,
    );
  }

  #next(): void {
    while (this.#running.size < AT_ONCE) {
      const download = this.#waiting.shift();
      if (!download) return;
      if (!download.active) continue;
      const running = download.run();
      this.#running.add(running);
      void running.finally(() => {
        this.#running.delete(running);
        this.#next();
      });
    }
  }

  /** Every change of state at once, progress now and then; the last of it is never left out. */
  #tell(facts: Download): void {
    const { at = -Infinity, state, later } = this.#told.get(facts.id) ?? {};
    const wait = at + TELL_EVERY - performance.now();
    if (state !== facts.state || wait <= 0) return this.#tellNow(facts);
    if (later) return;
    const again = () => this.#tellNow(this.#downloads.get(facts.id)?.facts ?? facts);
    this.#told.set(facts.id, { at, state, later: setTimeout(again, wait).unref() });
  }

  #tellNow(facts: Download): void {
    clearTimeout(this.#told.get(facts.id)?.later);
    this.#told.set(facts.id, { at: performance.now(), state: facts.state });
    this.emit('download', facts);
  }
}
