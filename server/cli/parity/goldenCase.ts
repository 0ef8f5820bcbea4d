import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { decodePicture } from '../../../models/image/decodePicture.ts';
import type { Picture } from '../../../models/image/picture.ts';
import { GoldenTensors } from './goldenTensors.ts';
import { Tolerance } from './tolerance.ts';

type Json = Readonly<Record<string, unknown>>;

/** One case.json and what lies beside it. */
export class GoldenCase {
  readonly folder: string;
  readonly kind: string;
  readonly json: Json;
  readonly tolerance: Tolerance;
  readonly #root: string;
  readonly #only: string | undefined;
  readonly #opened = new Map<string, Promise<GoldenTensors>>();

  private constructor(parts: { folder: string; root: string; json: Json; only?: string }) {
    this.folder = parts.folder;
    this.#root = parts.root;
    this.json = parts.json;
    this.kind = String(parts.json['kind']);
    this.tolerance = new Tolerance(parts.json['tolerance']);
    this.#only = parts.only;
  }

  /** Reads `FOLDER/case.json`. Throws when it is no JSON object with a `kind`. */
  static async read(folder: string, root: string): Promise<GoldenCase> {
    const json: unknown = JSON.parse(await readFile(join(folder, 'case.json'), 'utf8'));
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw new TypeError('case.json is not a JSON object');
    }
    const { kind } = json as { kind?: unknown };
    if (typeof kind !== 'string' || kind === '') throw new TypeError('case.json has no kind');
    return new GoldenCase({ folder, root, json: json as Json });
  }

  /** Another case of the same run. */
  neighbour(folder: string): Promise<GoldenCase> {
    return GoldenCase.read(folder, this.#root);
  }

  /** This case with one of its .safetensors files only. */
  only(file: string): GoldenCase {
    return new GoldenCase({ folder: this.folder, root: this.#root, json: this.json, only: file });
  }

  /** A field that holds an object, or an empty one. */
  object(name: string): Json {
    const value = this.json[name];
    return typeof value === 'object' && value !== null ? (value as Json) : {};
  }

  /** What `files` says about one file: an object, a text or nothing. */
  about(file: string): unknown {
    return this.object('files')[file];
  }

  /** The .safetensors files in the folder, and those that case.json lists, wherever they are: one that is missing throws. */
  async tensorFiles(): Promise<GoldenTensors[]> {
    const beside = (await this.names()).filter((name) => name.endsWith('.safetensors'));
    // One entry may speak of several files: `plms.safetensors / ddim.safetensors`.
    const listed = Object.keys(this.object('files')).flatMap((name) =>
      GoldenCase.namesIn(name, /\.safetensors$/),
    );
    const paths = new Set(beside.map((name) => join(this.folder, name)));
    for (const name of listed) paths.add(this.resolve(name));
    const wanted = [...paths].filter((path) => !this.#only || basename(path) === this.#only);
    return Promise.all(wanted.map((path) => this.#open(path)));
  }

  /** Names in the case's folder, sorted. */
  async names(): Promise<string[]> {
    return (await readdir(this.folder)).sort();
  }

  /**
   * Looks for a relative path in the case's folder, then in the folders above it up to the run's root and the one that
   * holds the root (so that a run on a single case finds what its set shares).
   */
  find(path: string): string | undefined {
    const last = dirname(this.#root);
    for (let folder = this.folder; ; folder = dirname(folder)) {
      if (existsSync(join(folder, path))) return join(folder, path);
      if (folder === last || folder === dirname(folder)) return undefined;
    }
  }

  /** The same, but absence throws a sentence. */
  resolve(path: string): string {
    const found = this.find(path);
    if (!found) throw new Error(`${path} is neither in the case's folder nor above it`);
    return found;
  }

  async picture(path: string): Promise<Picture> {
    return (await decodePicture(await readFile(this.resolve(path)), { profile: 'ignore' })).picture;
  }

  /** File names that occur in a text, such as `weights-topo.recipe.json (also inside sd-small.ckpt)`. */
  static namesIn(text: unknown, endings: RegExp): string[] {
    const words = typeof text === 'string' ? (text.match(/[\w./-]+/g) ?? []) : [];
    return words.map((word) => word.replace(/[.,]+$/, '')).filter((word) => endings.test(word));
  }

  /** Folder relative to the root of the run, with forward slashes. */
  get label(): string {
    return relative(this.#root, this.folder).split(sep).join('/') || basename(this.folder);
  }

  /** Tensors that no one looked at, as `file name`. */
  async untouched(): Promise<string[]> {
    const files = await Promise.all(this.#opened.values());
    return files.flatMap((file) => file.untouched.map((name) => `${file.file}: ${name}`));
  }

  #open(path: string): Promise<GoldenTensors> {
    let opened = this.#opened.get(path);
    if (!opened) this.#opened.set(path, (opened = GoldenTensors.open(path)));
    return opened;
  }
}
