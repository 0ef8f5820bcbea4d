import { readdir, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { NodeError } from '../../nodes/contract/nodeError.ts';
import { locateModel } from '../models/locateModel.ts';
import type { ModelFolders } from '../models/modelFolders.ts';
import { ModelRefusal } from '../models/modelRefusal.ts';

export interface ModelShelfOptions<T> {
  readonly folders: ModelFolders;
  open(path: string, name: string): Promise<T>;
  /** Lets go of what an opened model holds, when its files have been replaced. */
  release(model: T): Promise<void>;
}

interface Opened<T> {
  /** Changes when the files do. */
  readonly signature: string;
  readonly model: Promise<T>;
}

/** Models of one kind by name, each opened once for as long as its files stay the same. */
export class ModelShelf<T> {
  readonly #options: ModelShelfOptions<T>;
  readonly #opened = new Map<string, Opened<T>>();

  constructor(options: ModelShelfOptions<T>) {
    this.#options = options;
  }

  /** Throws NodeError `missing-model` for a name that is none, or that names nothing. */
  async open(name: string): Promise<T> {
    const path = await this.#path(name);
    const signature = await fileSignature(path);
    const known = this.#opened.get(path);
    if (known?.signature === signature) return known.model;
    if (known) await known.model.then((model) => this.#options.release(model)).catch(() => undefined);
    const model = this.#options.open(path, name);
    this.#opened.set(path, { signature, model });
    model.catch(() => this.#opened.delete(path));
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
