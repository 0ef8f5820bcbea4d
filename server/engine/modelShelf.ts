import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { DiffusionModel } from '../../models/catalog/diffusionModel.ts';
import { NodeError } from '../../nodes/contract/nodeError.ts';

export interface ModelShelfOptions {
  /** Where a person puts models; what lies in it may be links to elsewhere. */
  readonly modelsFolder: string;
  /** The model that comes with the program, by the name `builtin`. */
  readonly builtinModel: string;
  open(path: string): Promise<DiffusionModel>;
}

const BUILTIN = 'builtin';
const title = 'Built-in model';

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
  async open(name: string): Promise<DiffusionModel> {
    const path = await this.#path(name);
    const signature = await fileSignature(path);
    const known = this.#opened.get(path);
    if (known?.signature === signature) return known.model;
    const model = this.#options
      .open(path)
      .then((opened) => (name === BUILTIN ? { ...opened, title } : opened));
    this.#opened.set(path, { signature, model });
    model.catch(() => this.#opened.delete(path));
    return model;
  }

  async #path(name: string): Promise<string> {
    if (name === BUILTIN) return this.#options.builtinModel;
    const parts = name.split('/');
    const plain = parts.every(
      (part) => part !== '' && part !== '.' && part !== '..' && !/[\\:\0]/.test(part),
    );
    if (!plain) throw missing(name, 'a model is named by its file or folder in the models folder');
    try {
      return await realpath(join(this.#options.modelsFolder, ...parts));
    } catch {
      const names = await readdir(this.#options.modelsFolder).catch(() => []);
      const there = [BUILTIN, ...names.filter((entry) => !entry.startsWith('.'))].join(', ');
      throw missing(name, `the models folder has: ${there}`);
    }
  }
}

function missing(name: string, expected: string): NodeError {
  return new NodeError('missing-model', `There is no model "${name.slice(0, 100)}": ${expected}.`, 'model');
}

/** Sizes and times of all files of a model, two folders deep: cheap to ask, and different once a file is replaced. */
async function fileSignature(path: string, depth = 2): Promise<string> {
  const about = await stat(path).catch(() => undefined);
  if (!about) return 'missing';
  if (!about.isDirectory()) return `${about.size}:${about.mtimeMs}`;
  if (depth === 0) return '';
  const names = (await readdir(path)).sort();
  const inner = await Promise.all(names.map((name) => fileSignature(path + sep + name, depth - 1)));
  return names.map((name, index) => `${name}=${inner[index]}`).join(';');
}
