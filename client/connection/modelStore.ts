import { shallowRef, triggerRef } from 'vue';
import type { CatalogueEntry, Download, HubFacts, ModelSummary } from '../../server/protocol/models.ts';
import type { Catalogue, ModelApi } from './modelApi.ts';
import type { ServerLink } from './serverLink.ts';

export interface ModelStoreOptions {
  readonly api: Pick<ModelApi, 'models' | 'catalogue' | 'downloads' | 'hub'>;
  readonly link: Pick<ServerLink, 'listen'>;
  readonly report: (error: unknown) => void;
}

/** The models that are here, those to be had, and what is on its way; kept up to date by what the server says. */
export class ModelStore {
  private readonly modelsRef = shallowRef<readonly ModelSummary[]>([]);
  private readonly catalogueRef = shallowRef<Catalogue | null>(null);
  private readonly hubRef = shallowRef<HubFacts | null>(null);
  private readonly downloadsRef = shallowRef(new Map<string, Download>());
  private readonly options: ModelStoreOptions;
  private loading: Promise<void> | undefined;
  /** What was said of downloads while the list was being read, which may be older. */
  private heard: Download[] = [];
  private asked = false;
  private again = false;

  constructor(options: ModelStoreOptions) {
    this.options = options;
    const reload = (): void => void this.load().catch(options.report);
    options.link.listen({
      connected: () => {
        // The first reading is somebody else's.
        if (this.asked && !this.loading) reload();
      },
      models: reload,
      download: (download) => this.setDownload(download),
    });
  }

  get list(): readonly ModelSummary[] {
    return this.modelsRef.value;
  }
  get catalogue(): readonly CatalogueEntry[] {
    return this.catalogueRef.value?.entries ?? [];
  }
  /** What is wrong with the person's own catalogue. */
  get catalogueProblems(): readonly string[] {
    return this.catalogueRef.value?.problems ?? [];
  }
  /** Where models are downloaded from; null before the first load. */
  get hub(): HubFacts | null {
    return this.hubRef.value;
  }
  /** Those that go on, wait or stopped; done ones are models. */
  get downloads(): readonly Download[] {
    return [...this.downloadsRef.value.values()].filter(({ state }) => state !== 'done');
  }

  /** Reads everything anew. Calls during a load lead to one more, since what it reads may be old by then. */
  load(): Promise<void> {
    this.asked = true;
    if (this.loading) {
      this.again = true;
      return this.loading;
    }
    this.loading = this.read().finally(() => (this.loading = undefined));
    return this.loading;
  }

  /** What the server says of it, unless something newer is known. */
  setDownload(download: Download): void {
    if (this.loading) this.heard.push(download);
    this.take(download);
  }

  setHub(hub: HubFacts): void {
    this.hubRef.value = hub;
  }

  /** The download of that entry of the catalogue, if there is one that is not done. */
  downloadOf(entry: string): Download | undefined {
    return this.downloads.find(({ request }) => 'entry' in request && request.entry === entry);
  }

  private async read(): Promise<void> {
    const { api } = this.options;
    do {
      this.again = false;
      this.heard = [];
      const [models, catalogue, downloads, hub] = await Promise.all([
        api.models(),
        api.catalogue(),
        api.downloads(),
        api.hub(),
      ]);
      this.modelsRef.value = models;
      this.catalogueRef.value = catalogue;
      this.hubRef.value = hub;
      this.downloadsRef.value = new Map(downloads.map((download) => [download.id, download]));
      for (const download of this.heard) this.take(download);
    } while (this.again);
  }

  private take(download: Download): void {
    const known = this.downloadsRef.value.get(download.id);
    if (known && known.at > download.at) return;
    this.downloadsRef.value.set(download.id, download);
    triggerRef(this.downloadsRef);
  }
}
