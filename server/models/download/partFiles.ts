import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifAbsent } from '../../../models/files/ifAbsent.ts';
import type { Disk } from '../../storage/disk.ts';
import { PART } from '../modelName.ts';
import { type PartFile, type PartState, readPartState } from './partState.ts';

/**
 * A model on its way as it lies in the models folder: `name.part`, the file or folder that grows, and `name.part.json`, the
 * plan.
 */
export class PartFiles {
  readonly #disk: Disk;
  /** Of the file or folder that grows. */
  readonly path: string;
  #plan: PartState;
  #saved: string | undefined;
  #takenUp = false;

  constructor(plan: PartState, { folder, disk }: { readonly folder: string; readonly disk: Disk }) {
    this.#plan = plan;
    this.#disk = disk;
    this.path = join(folder, plan.name + PART);
  }

  get plan(): PartState {
    return this.#plan;
  }

  /** Bytes of all files; undefined until all are known. */
  get total(): number | undefined {
    const sizes = this.#plan.files.map(({ bytes }) => bytes);
    if (sizes.length === 0 || sizes.includes(undefined)) return undefined;
    return sizes.reduce((sum: number, bytes) => sum + bytes!, 0);
  }

  pathOf(file: PartFile): string {
    return this.#plan.layout === 'file' ? this.path : join(this.path, ...file.path.split('/'));
  }

  /** Bytes of the first so many files that lie there. */
  async received(files = this.#plan.files.length): Promise<number> {
    let bytes = 0;
    for (const file of this.#plan.files.slice(0, files))
      bytes += (await stat(this.pathOf(file)).catch(ifAbsent(undefined)))?.size ?? 0;
    return bytes;
  }

  /** Goes on with what lies there, if it is of the same request; removes it otherwise. */
  async takeUp(): Promise<void> {
    const before = await readPartState(this.#state);
    this.#takenUp = true;
    const same = before && JSON.stringify(before.request) === JSON.stringify(this.#plan.request);
    if (!same) return this.discard();
    // The catalogue may have learned more since; the hub's own names of what was received are only there.
    const known = new Map(this.#plan.files.map((file) => [file.path, file]));
    this.#plan = {
      ...before,
      files: before.files.map((file) => ({ ...file, ...known.get(file.path) })),
    };
  }

  async save(plan: PartState): Promise<void> {
    this.#plan = plan;
    const text = JSON.stringify(plan, null, 2);
    if (text === this.#saved) return;
    await this.#disk.write(this.#state, text);
    this.#saved = text;
  }

  /** Notes what is known now of the file at that place. */
  async update(at: number, file: PartFile): Promise<void> {
    await this.save({ ...this.#plan, files: this.#plan.files.with(at, file) });
  }

  /** Forgets the plan, once the model is complete. */
  async forget(): Promise<void> {
    this.#saved = undefined;
    await rm(this.#state, { force: true });
  }

  /** Removes what has been received. */
  async discard(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
    await this.forget();
  }

  /** The same when nothing has been received. What could not be looked at is left. */
  async discardEmpty(): Promise<void> {
    if (this.#takenUp && (await this.received()) === 0) await this.discard();
  }

  get #state(): string {
    return `${this.path}.json`;
  }
}
