import { readdir, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { DiffusionModel, IdentifiedModel, ModelFacts } from '../../models/catalog/diffusionModel.ts';
import { NodeError } from '../../nodes/contract/nodeError.ts';
import type { ModelReading } from '../../nodes/contract/services.ts';
import { BUILTIN } from '../models/findModels.ts';
import { locateModel } from '../models/locateModel.ts';
import type { ModelFolders } from '../models/modelFolders.ts';
import { ModelRefusal } from '../models/modelRefusal.ts';

export interface ModelShelfOptions {
  readonly folders: ModelFolders;
  identify(path: string, reading: ModelReading): Promise<IdentifiedModel>;
}

const BUILTIN_TITLE = 'Built-in model';

interface Shelved {
  /** Changes when the files do. */
  readonly signature: string;
  readonly identified: Promise<IdentifiedModel>;
  opened?: Promise<DiffusionModel>;
}

/** Models by name, each identified and opened once for as long as its files stay the same. */
export class ModelShelf {
  readonly #options: ModelShelfOptions;
  readonly #shelved = new Map<string, Shelved>();

  constructor(options: ModelShelfOptions) {
    this.#options = options;
  }

  /** What the model is, without running anything. Throws NodeError `missing-model` for a name that names nothing. */
  async identify(name: string, reading: ModelReading = {}): Promise<ModelFacts> {
    return titled(name, await (await this.#shelve(name, reading)).identified);
  }

  /** Throws as `identify` does. */
  async open(name: string, reading: ModelReading = {}): Promise<DiffusionModel> {
    const shelved = await this.#shelve(name, reading);
    shelved.opened ??= shelved.identified.then((model) => model.open());
    shelved.opened.catch(() => delete shelved.opened);
    return titled(name, await shelved.opened);
  }

  async #shelve(name: string, reading: ModelReading): Promise<Shelved> {
    const path = await this.#path(name);
    const signature = await fileSignature(path);
    const key = `${path} ${JSON.stringify(reading)}`;
    const known = this.#shelved.get(key);
    if (known?.signature === signature) return known;
    // Its files have been replaced.
    await known?.identified.then((model) => model.release()).catch(() => undefined);
    const shelved = { signature, identified: this.#options.identify(path, reading) };
    this.#shelved.set(key, shelved);
    shelved.identified.catch(() => this.#shelved.delete(key));
    return shelved;
  }

  async #path(name: string): Promise<string> {
    try {
      return await locateModel(name, this.#options.folders);
    } catch (error) {
      if (error instanceof ModelRefusal) throw new NodeError('missing-model', error.message, 'model');
      throw error;
    }
  }
}

function titled<Facts extends ModelFacts>(name: string, model: Facts): Facts {
  return name === BUILTIN ? { ...model, title: BUILTIN_TITLE } : model;
}

/** Of all files of a model, two folders deep: cheap to ask, and different once a file is replaced. */
async function fileSignature(path: string, depth = 2): Promise<string> {
  const about = await stat(path).catch(() => undefined);
  if (!about) return 'missing';
  if (!about.isDirectory()) return `${about.size}:${about.mtimeMs}:${about.ino}`;
  if (depth === 0) return '';
  const names = (await readdir(path)).sort();
  const inner = await Promise.all(names.map((name) => fileSignature(path + sep + name, depth - 1)));
  return names.map((name, index) => `${name}=${inner[index]}`).join(';');
}
