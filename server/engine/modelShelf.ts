import { readdir, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { DiffusionModel } from '../../models/catalog/diffusionModel.ts';
import { NodeError } from '../../nodes/contract/nodeError.ts';
import type { ModelReading } from '../../nodes/contract/services.ts';
import { BUILTIN } from '../models/findModels.ts';
import { locateModel } from '../models/locateModel.ts';
import type { ModelFolders } from '../models/modelFolders.ts';
import { ModelRefusal } from '../models/modelRefusal.ts';

export interface ModelShelfOptions {
  readonly folders: ModelFolders;
  open(path: string, reading: ModelReading): Promise<DiffusionModel>;
}

const BUILTIN_TITLE = 'Built-in model';

interface Opened {
  /** Changes when the files do. */
  readonly signature: string;
  readonly model: Promise<DiffusionModel>;
}

/** Models by name, each opened once for as long as its files stay the same. */
export class ModelShelf {
  readonly #options: ModelShelfOptions;
  readonly #opened = new Map<string, Opened>();

  constructor(options: ModelShelfOptions) {
    this.#options = options;
  }

  /** Throws NodeError `missing-model` for a name that is none, or that names nothing. */
  async open(name: string, reading: ModelReading = {}): Promise<DiffusionModel> {
    const path = await this.#path(name);
    const signature = await fileSignature(path);
    const key = `${path} ${JSON.stringify(reading)}`;
    const known = this.#opened.get(key);
    if (known?.signature === signature) return known.model;
    // Its files have been replaced.
    await known?.model.then((model) => model.release()).catch(() => undefined);
    const model = this.#options
      .open(path, reading)
      .then((opened) => (name === BUILTIN ? { ...opened, title: BUILTIN_TITLE } : opened));
    this.#opened.set(key, { signature, model });
    model.catch(() => this.#opened.delete(key));
    return model;
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
