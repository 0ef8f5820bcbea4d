import { EventEmitter } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ifAbsent } from '../../models/files/ifAbsent.ts';
import type { Download, DownloadRequest } from '../protocol/models.ts';
import { Serial } from '../storage/serial.ts';
import { type Connections, type Patience, openConnections, usualPatience } from './download/connections.ts';
import { DownloadNews } from './download/downloadNews.ts';
import { downloadId } from './download/downloadStatus.ts';
import { type DownloadTools, ModelDownload } from './download/modelDownload.ts';
import { type PartState, readPartState } from './download/partState.ts';
import { planDownload } from './download/planDownload.ts';
import { refuseTaken } from './download/refuseTaken.ts';
import { HubAccess } from './hubAccess.ts';
import type { HubSettings } from './hubSettings.ts';
import type { ModelLibrary } from './modelLibrary.ts';
import { PART } from './modelName.ts';
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
const STATE = `${PART}.json`;

/** Downloads of models: going on, waiting, ended, and those that an earlier Impasto left behind. */
export class ModelDownloads extends EventEmitter<{ download: [Download] }> {
  /** Where they come from. */
  readonly hub: HubAccess;
  readonly #options: ModelDownloadsOptions;
  readonly #connections: Connections;
  readonly #downloads = new Map<string, ModelDownload>();
  readonly #news = new DownloadNews((download) => this.emit('download', download));
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
    const names = await readdir(models).catch(ifAbsent<string[]>([]));
    for (const file of names.filter((name) => name.endsWith(STATE))) {
      // What cannot be read is said when it is asked for again.
      const plan = await readPartState(join(models, file)).catch(() => undefined);
      if (plan?.name !== file.slice(0, -STATE.length)) continue;
      const id = downloadId(plan.name);
      const download = await ModelDownload.resumed(plan, this.#tools(), (facts) => this.#news.tell(facts));
      if (download) this.#downloads.set(id, download);
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
    await refuseTaken(plan, library);
    const download = new ModelDownload(plan, this.#tools(), (facts) => this.#news.tell(facts));
    this.#downloads.set(download.facts.id, download);
    this.#waiting.push(download);
    this.#news.tell(download.facts);
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
    this.#news.forget(id);
  }

  /** Stops all of them; what was received stays. Resolves when nothing is written any more. */
  async close(): Promise<void> {
    await Promise.all([this.#starts.close(), this.hub.close()]);
    for (const download of this.#downloads.values()) if (download.active) download.cancel();
    await Promise.all(this.#running);
    this.#news.close();
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
}
