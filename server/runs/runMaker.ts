import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { RunRecord, StepRecord } from '../protocol/runs.ts';
import type { FileStore } from '../storage/fileStore.ts';
import type { RunStore, StoredRun } from '../storage/runStore.ts';
import { LiveRun } from './liveRun.ts';
import { newRecord } from './newRecord.ts';
import { runChanges } from './runChanges.ts';
import type { RunReader } from './runReader.ts';
import type { RunWishes } from './runWishes.ts';
import { stepsIn } from './stepsIn.ts';

export interface RunMakerOptions {
  readonly store: RunStore;
  readonly files: FileStore;
  readonly reader: RunReader;
  readonly version: string;
  /** How often the record of a run that goes on is saved, in milliseconds. */
  readonly saveEvery: number;
  /** Told of every run that is made. */
  readonly made: (run: LiveRun) => void;
}

/** Makes runs of workflows, and again of what is stored of those that were not over. */
export class RunMaker {
  readonly #options: RunMakerOptions;

  constructor(options: RunMakerOptions) {
    this.#options = options;
  }

  /** A run that was not there before; nothing of it is on disk yet. */
  async fresh(document: WorkflowDocument, about: RunWishes): Promise<LiveRun> {
    const record = newRecord(document, { version: this.#options.version, ...about });
    return this.#make({ ...record, ...(await this.#changes(record.title, document)) });
  }

  async stored({ record, pictureBytes }: StoredRun): Promise<LiveRun> {
    const { store } = this.#options;
    const told = stepsIn(await store.journal(record.id).after(0));
    // A crash ended its work then, not when the next server found it.
    const ended = record.state === 'running' ? await store.lastWrite(record.id) : undefined;
    return this.#make(ended ? { ...record, paused: ended.toISOString() } : record, pictureBytes, told);
  }

  /** What tells it from the latest run of that title. */
  async #changes(title: string, document: WorkflowDocument): Promise<Pick<RunRecord, 'changes'>> {
    const { reader } = this.#options;
    const last = reader.list({ limit: Infinity }).runs.find((run) => run.title === title);
    // A record that cannot be read is no reason not to run.
    const before = last && (await reader.get(last.id).catch(() => undefined));
    return before ? { changes: runChanges(before.workflow as unknown as WorkflowDocument, document) } : {};
  }

  #make(record: RunRecord, pictureBytes = 0, told: readonly StepRecord[] = []): LiveRun {
    const { store, files, saveEvery, reader, made } = this.#options;
    const stepsOf = (id: string) => reader.steps(id);
    const run = new LiveRun({ record, pictureBytes, told, store, files, saveEvery, stepsOf });
    made(run);
    return run;
  }
}
