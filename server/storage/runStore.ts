import { link, mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ifAbsent } from '../../models/files/ifAbsent.ts';
import { applyRunEvent } from '../protocol/applyRunEvent.ts';
import { runIdSchema, runRecordSchema, runSummarySchema } from '../protocol/runs.ts';
import { type Disk, errorCode, storageError } from './disk.ts';
import { RunJournal } from './runJournal.ts';

/** A run's record as it lies on disk: what the API shows and what the store needs to keep its bounds. */
const storedRunSchema = z.object({ record: runRecordSchema, pictureBytes: z.number().default(0) });
export type StoredRun = z.infer<typeof storedRunSchema>;

/** The same without the workflow and the nodes: checking a thousand workflows takes too long for a start. */
const listedRunSchema = z.object({ record: runSummarySchema, pictureBytes: z.number().default(0) });
export type ListedRun = z.infer<typeof listedRunSchema>;

export interface RunFolders {
  readonly runs: string;
  readonly trash: string;
}
export interface StepImage {
  readonly bytes: Uint8Array;
  readonly extension: 'jpg' | 'webp' | 'png';
}

/** A step of a run, by its sequence number. */
interface StepPlace {
  readonly id: string;
  readonly seq: number;
}

/** `runs/<id>/`: `run.json`, `events.jsonl` and `steps/<seq>.jpg`. Only run ids that match the protocol become paths. */
export class RunStore {
  readonly #folders: RunFolders;
  readonly #disk: Disk;

  constructor(folders: RunFolders, disk: Disk) {
    this.#folders = folders;
    this.#disk = disk;
  }

  /** What the list of runs shows, oldest first; `damaged` are the folders that cannot be read. */
  async list(): Promise<{ runs: ListedRun[]; damaged: string[] }> {
    const folders = await readdir(this.#folders.runs).catch(ifAbsent<string[]>([]));
    const ids = folders.filter((name) => runIdSchema.safeParse(name).success).sort();
    const runs: ListedRun[] = [];
    const damaged: string[] = [];
    for (const id of ids) {
      // Refused or damaged: it is told as one that cannot be read.
      const text = await readFile(this.#record(id), 'utf8').catch(() => '');
      const run = parseListed(text);
      if (run) runs.push(run);
      else damaged.push(id);
    }
    return { runs, damaged };
  }

  /** The run with the events that its last save does not hold yet, or undefined. Throws when the file is damaged. */
  async read(id: string): Promise<StoredRun | undefined> {
    let text: string;
    try {
      text = await readFile(this.#record(id), 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
    const { record, pictureBytes } = storedRunSchema.parse(JSON.parse(text));
    if (record.finished !== undefined) return { record, pictureBytes };
    const later = await this.journal(id).after(record.seq);
    return { record: later.reduce(applyRunEvent, record), pictureBytes };
  }

  /** When something happened last in the run, as far as it is on disk. */
  async lastWrite(id: string): Promise<Date | undefined> {
    return (await stat(this.#journal(id)).catch(ifAbsent(undefined)))?.mtime;
  }

  async save(run: StoredRun): Promise<void> {
    await this.#disk.write(this.#record(run.record.id), JSON.stringify(run));
  }

  journal(id: string): RunJournal {
    return new RunJournal(this.#journal(id), this.#disk);
  }

  async savePicture(id: string, seq: number, image: StepImage): Promise<void> {
    const path = this.#picture({ id, seq }, image.extension);
    await this.#disk.write(path, image.bytes, { durable: false });
  }

  /** Makes a step picture of one run another one's too (no copy: a second name); its bytes, 0 when it is not there. */
  async sharePicture(from: StepPlace, to: StepPlace): Promise<number> {
    const [source, target] = [this.#picture(from, 'jpg'), this.#picture(to, 'jpg')];
    try {
      await mkdir(dirname(target), { recursive: true });
      await link(source, target);
      return (await stat(target)).size;
    } catch {
      return 0;
    }
  }

  async readPicture(id: string, seq: number): Promise<StepImage | undefined> {
    for (const extension of ['jpg', 'webp', 'png'] as const) {
      const bytes = await readFile(this.#picture({ id, seq }, extension)).catch(ifAbsent(undefined));
      if (bytes) return { bytes, extension };
    }
    return undefined;
  }

  async dropPictures(id: string): Promise<void> {
    await rm(join(this.#folder(id), 'steps'), { recursive: true, force: true });
  }

  /** Moves the run to the trash. */
  async discard(id: string): Promise<void> {
    await moveFolder(this.#folder(id), this.#folders.trash, id);
  }

  /** Brings a run back from the trash; undefined when it is not there. */
  async restore(id: string): Promise<StoredRun | undefined> {
    const from = join(this.#folders.trash, runIdSchema.parse(id));
    if (!(await stat(from).catch(ifAbsent(undefined)))) return undefined;
    await moveFolder(from, this.#folders.runs, id);
    return this.read(id);
  }

  /** Deletes the run for good. */
  async destroy(id: string): Promise<void> {
    await rm(this.#folder(id), { recursive: true, force: true });
  }

  /** Deletes what has been in the trash longest, until `keep` runs are left there. */
  async trimTrash(keep: number): Promise<void> {
    const names = (await readdir(this.#folders.trash).catch(ifAbsent<string[]>([]))).sort();
    for (const name of names.slice(0, Math.max(0, names.length - keep)))
      await rm(join(this.#folders.trash, name), { recursive: true, force: true });
  }

  #picture({ id, seq }: StepPlace, extension: StepImage['extension']): string {
    return join(this.#folder(id), 'steps', `${Math.trunc(seq)}.${extension}`);
  }

  #journal(id: string): string {
    return join(this.#folder(id), 'events.jsonl');
  }

  #record(id: string): string {
    return join(this.#folder(id), 'run.json');
  }

  #folder(id: string): string {
    return join(this.#folders.runs, runIdSchema.parse(id));
  }
}

function parseListed(text: string): ListedRun | undefined {
  try {
    return listedRunSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function moveFolder(from: string, parent: string, name: string): Promise<void> {
  try {
    await mkdir(parent, { recursive: true });
    await rm(join(parent, name), { recursive: true, force: true });
    await rename(from, join(parent, name));
  } catch (error) {
    throw storageError(error);
  }
}
