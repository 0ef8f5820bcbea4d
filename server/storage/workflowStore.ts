import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifAbsent } from '../../models/files/ifAbsent.ts';
import { workflowNameSchema } from '../protocol/api.ts';
import { type Disk, errorCode, storageError } from './disk.ts';
import { Serial } from './serial.ts';

export interface SavedWorkflow {
  readonly name: string;
  /** The document as JSON text, as it was saved. */
  readonly text: string;
  readonly revision: string;
  readonly modified: string;
}

/** Somebody else changed the workflow since it was read. `revision` is the one on disk; undefined when there is none. */
export class RevisionConflict extends Error {
  readonly revision: string | undefined;

  constructor(message: string, revision: string | undefined) {
    super(message);
    this.name = 'RevisionConflict';
    this.revision = revision;
  }
}

/** What the saver believes is on disk: a revision, `none` (creating), or `any` (does not care). */
export type Expected = { readonly revision: string } | 'none' | 'any';

/** One JSON file per workflow, named after it; deleted ones wait in the trash so that they can come back. */
export class WorkflowStore {
  readonly #folder: string;
  readonly #trash: string;
  readonly #disk: Disk;
  readonly #serial = new Serial();

  constructor(folders: { readonly workflows: string; readonly trash: string }, disk: Disk) {
    this.#folder = folders.workflows;
    this.#trash = folders.trash;
    this.#disk = disk;
  }

  /** All that are there. One that the system does not let us read has no text. */
  async list(): Promise<SavedWorkflow[]> {
    const files = await readdir(this.#folder).catch(ifAbsent<string[]>([]));
    const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
    const known = names.filter((name) => workflowNameSchema.safeParse(name).success);
    const all = await Promise.all(known.map((name) => this.read(name).catch(() => unreadable(name))));
    return all.filter((saved) => saved !== undefined).sort((a, b) => a.name.localeCompare(b.name));
  }

  async read(name: string): Promise<SavedWorkflow | undefined> {
    const path = this.#path(name);
    try {
      const [text, { mtime }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
      return { name, text, revision: revisionOf(text), modified: mtime.toISOString() };
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Saves and returns the new revision. Throws RevisionConflict when `expected` is not what is on disk. */
  save(name: string, text: string, expected: Expected): Promise<string> {
    return this.#serial.run(async () => {
      await this.#check(name, expected);
      await this.#disk.write(this.#path(name), text);
      return revisionOf(text);
    });
  }

  /** Moves the workflow to the trash; false when there is none. */
  remove(name: string, expected: Expected): Promise<boolean> {
    return this.#serial.run(async () => {
      await this.#check(name, expected);
      return this.#move(this.#path(name), this.#trash, name);
    });
  }

  /** Brings a deleted workflow back; false when the trash has none of that name. */
  restore(name: string): Promise<boolean> {
    return this.#serial.run(async () => {
      await this.#refuseTaken(name);
      return this.#move(join(this.#trash, fileName(name)), this.#folder, name);
    });
  }

  /** False when there is no workflow `from`; throws RevisionConflict when `to` is taken. */
  rename(from: string, to: string): Promise<boolean> {
    return this.#serial.run(async () => {
      // After a change of capitals only both names are one file on some file systems: not a conflict.
      const source = await stat(this.#path(from)).catch(ifAbsent(undefined));
      const target = await stat(this.#path(to)).catch(ifAbsent(undefined));
      if (source && target?.ino !== source.ino) await this.#refuseTaken(to);
      return this.#move(this.#path(from), this.#folder, to);
    });
  }

  async #refuseTaken(name: string): Promise<void> {
    const there = await this.read(name);
    if (there) throw new RevisionConflict(`There is already a workflow named "${name}".`, there.revision);
  }

  async #check(name: string, expected: Expected): Promise<void> {
    if (expected === 'any') return;
    if (expected === 'none') return this.#refuseTaken(name);
    const there = await this.read(name);
    if (there?.revision === expected.revision) return;
    const what = there ? 'saved' : 'deleted or renamed';
    throw new RevisionConflict(
      `"${name}" was ${what} by somebody else since you opened it.`,
      there?.revision,
    );
  }

  async #move(from: string, folder: string, name: string): Promise<boolean> {
    try {
      await stat(from);
      await mkdir(folder, { recursive: true });
      const to = join(folder, fileName(name));
      if (folder === this.#trash) await rm(to, { force: true });
      await rename(from, to);
      return true;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false;
      throw storageError(error);
    }
  }

  #path(name: string): string {
    return join(this.#folder, fileName(name));
  }
}

/** The only place where a name becomes a path: whatever the caller checked, it is checked again here. */
function fileName(name: string): string {
  return `${workflowNameSchema.parse(name)}.json`;
}

const unreadable = (name: string): SavedWorkflow => ({
  name,
  text: '',
  revision: '',
  modified: new Date(0).toISOString(),
});

function revisionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}
