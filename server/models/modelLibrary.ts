import { EventEmitter } from 'node:events';
import type { CatalogueEntry, ModelSummary, VerifiedModel } from '../protocol/models.ts';
import type { Disk } from '../storage/disk.ts';
import { addLink, type AddModel } from './addLink.ts';
import { catalogueEntry, entryOf } from './catalogueEntry.ts';
import { BUILTIN, findModels } from './findModels.ts';
import { InspectionMemory } from './inspectionMemory.ts';
import { explainMissingModel, locateModel } from './locateModel.ts';
import { type CatalogueModel, readCatalogue } from './modelCatalogue.ts';
import { modelFiles } from './modelFiles.ts';
import type { ModelFolders } from './modelFolders.ts';
import { ModelInspector } from './modelInspector.ts';
import { ModelRefusal } from './modelRefusal.ts';
import { type Downloaded, ModelRegister, type RegisterContent } from './modelRegister.ts';
import type { FoundModel } from './modelsAt.ts';
import { ModelWatcher } from './modelWatcher.ts';
import { removeModel } from './removeModel.ts';
import { requireModel } from './requireModel.ts';
import { summaryOf } from './summaryOf.ts';
import { verifyModel } from './verifyModel.ts';

export interface ModelLibraryOptions {
  readonly folders: ModelFolders;
  readonly disk: Disk;
  /** The built inspector program, which reads models in a thread of its own. */
  readonly inspectorEntry: string;
}

/** The models that there are: in the models folder, added by reference, built in; and the catalogue of those to get. */
export class ModelLibrary extends EventEmitter<{ changed: [] }> {
  readonly folders: ModelFolders;
  readonly register: ModelRegister;
  readonly disk: Disk;
  readonly inspectorEntry: string;
  readonly #inspector: ModelInspector;
  readonly #watcher: ModelWatcher;

  constructor({ folders, disk, inspectorEntry }: ModelLibraryOptions) {
    super();
    this.folders = folders;
    this.disk = disk;
    this.inspectorEntry = inspectorEntry;
    this.register = new ModelRegister(folders.register, disk);
    const memory = new InspectionMemory(folders.inspections, disk);
    this.#inspector = new ModelInspector({ memory, inspectorEntry });
    this.#watcher = new ModelWatcher({ folders, inspector: this.#inspector });
    for (const source of [this.#inspector, this.#watcher]) source.on('changed', () => this.emit('changed'));
  }

  /** What is known of them now; nothing is read that has not been. */
  async list(): Promise<ModelSummary[]> {
    const [found, register, { entries }] = await Promise.all([
      findModels(this.folders),
      this.register.read(),
      readCatalogue(this.folders.catalogue),
    ]);
    return Promise.all(found.map((model) => this.#summary(model, register, entries)));
  }

  /** As `list`, once every model has been recognised; their weights are not read for it. */
  async listRecognised(): Promise<ModelSummary[]> {
    const found = (await findModels(this.folders)).filter(({ problem }) => problem === undefined);
    const recognised = found.map(async (model) => this.#inspector.recognise(model, await modelFiles(model)));
    await Promise.allSettled(recognised);
    return this.list();
  }

  /** The catalogue, with what of it is here. */
  async catalogue(): Promise<{ entries: CatalogueEntry[]; problems: readonly string[] }> {
    const [models, { entries, problems }] = await Promise.all([
      this.list(),
      readCatalogue(this.folders.catalogue),
    ]);
    return { entries: entries.map((entry) => catalogueEntry(entry, models)), problems };
  }

  /** Where the model of that name lies; undefined when there is none. Throws ModelRefusal when it cannot be read. */
  locate(name: string): Promise<string | undefined> {
    return locateModel(name, this.folders).catch((error: unknown) => {
      if (error instanceof ModelRefusal && error.code === 'not-found') return undefined;
      throw error;
    });
  }

  /** Why that name is none of the models, as the end of a sentence. */
  explainMissing(name: string): Promise<string> {
    return explainMissingModel(name, this.folders);
  }

  /** Notices from now on what a person puts into the models folder, and reads it (ModelWatcher). */
  watch(every: number, active: () => boolean): void {
    this.#watcher.start(every, active);
  }

  /** SHA-256 of the model of that name (ModelSummary says of what), read now unless it is known. Throws ModelRefusal. */
  async hash(name: string): Promise<string> {
    const { model, files } = await requireModel(name, this.folders);
    const { hash } = await this.#inspector.inspect(model, files);
    return hash!;
  }

  /** Adds a file or folder by reference and returns its name. Throws ModelRefusal. */
  async add(request: AddModel): Promise<string> {
    const name = await addLink(request, this);
    await this.#watcher.look();
    return name;
  }

  /** Removes a link, or deletes a file that Impasto downloaded; any other only by `force`. Throws ModelRefusal. */
  async remove(name: string, { force }: { readonly force: boolean }): Promise<void> {
    await removeModel(name, { force, folders: this.folders, register: this.register });
    await this.#watcher.look();
  }

  /** Takes over a download that has just been put into the models folder. */
  async settle(name: string, { hash, record }: { hash: string; record: Downloaded }): Promise<void> {
    await this.register.change((content) => void (content.downloaded[name] = record));
    const model = (await findModels(this.folders)).find((found) => found.name === name);
    if (model) await this.#inspector.learn(model, await modelFiles(model), hash);
    await this.#watcher.look();
  }

  /** Reads the model anew and compares its sums with those published. Throws ModelRefusal. */
  async verify(name: string, options: { onProgress?: (bytes: number) => void } = {}): Promise<VerifiedModel> {
    const found = await requireModel(name, this.folders);
    const { inspectorEntry } = this;
    const { entries } = await readCatalogue(this.folders.catalogue);
    return verifyModel(found, { register: await this.register.read(), entries, inspectorEntry, ...options });
  }

  /** Resolves when nothing is written any more; what is asked for later is refused. */
  async close(): Promise<void> {
    this.#watcher.stop();
    await Promise.all([this.#inspector.close(), this.register.close()]);
  }

  async #summary(
    model: FoundModel,
    register: RegisterContent,
    entries: readonly CatalogueModel[],
  ): Promise<ModelSummary> {
    const files = await modelFiles(model);
    const inspection = await this.#inspector.known(model, files);
    const entry = model.name === BUILTIN ? undefined : entryOf(model.name, { inspection, register, entries });
    return summaryOf(model, { files, inspection, register, entry });
  }
}
