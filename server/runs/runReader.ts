import type { RunEvent } from '../protocol/events.ts';
import type { RunRecord, RunSummary, StepRecord } from '../protocol/runs.ts';
import type { RunStore, StepImage } from '../storage/runStore.ts';
import type { LiveRun } from './liveRun.ts';
import type { RunArchive } from './runArchive.ts';
import { runSummary } from './runSummary.ts';
import { stepsIn } from './stepsIn.ts';

/** The runs that are not over, or whose record the disk did not take yet. */
export interface CurrentRuns {
  readonly running: LiveRun | undefined;
  /** Runs that are over, while their last files go to disk. */
  readonly closing: Iterable<LiveRun>;
  readonly queue: readonly LiveRun[];
  readonly paused: Iterable<LiveRun>;
  readonly unsaved: readonly LiveRun[];
}

/** What there is to know of runs, whether they wait, run or are over. */
export class RunReader {
  readonly #archive: RunArchive;
  readonly #store: RunStore;
  readonly #current: () => CurrentRuns;

  constructor({
    archive,
    store,
    current,
  }: {
    archive: RunArchive;
    store: RunStore;
    current: () => CurrentRuns;
  }) {
    this.#archive = archive;
    this.#store = store;
    this.#current = current;
  }

  /** Newest first. */
  list({ limit, before }: { limit: number; before?: string | undefined }): {
    runs: RunSummary[];
    more: boolean;
  } {
    const { running, closing, queue, paused } = this.#current();
    const current = [...closing, ...queue, ...paused, ...(running ? [running] : [])];
    const live = current.map((run) => this.summary(run)).filter((run) => !this.#archive.has(run.id));
    const all = [...live, ...this.#archive.summaries()].sort((a, b) => (a.id < b.id ? 1 : -1));
    const page = before === undefined ? all : all.filter((run) => run.id < before);
    return { runs: page.slice(0, limit), more: page.length > limit };
  }

  async get(id: string): Promise<RunRecord | undefined> {
    const run = this.live(id);
    return run ? { ...run.record, ...this.summary(run) } : this.#archive.read(id);
  }

  /** The run if it waits or runs (or if the disk did not take its record yet). */
  live(id: string): LiveRun | undefined {
    const { running, closing, queue, paused, unsaved } = this.#current();
    const current = [running, ...closing, ...queue, ...paused, ...unsaved];
    return current.find((run) => run?.id === id);
  }

  exists(id: string): boolean {
    return this.live(id) !== undefined || this.#archive.has(id);
  }

  /** Every event of the run after `seq`, or undefined when there is no such run. */
  async eventsAfter(id: string, seq: number): Promise<RunEvent[] | undefined> {
    const run = this.live(id);
    if (run) return run.journal.after(seq);
    return this.#archive.has(id) ? this.#store.journal(id).after(seq) : undefined;
  }

  async steps(id: string): Promise<StepRecord[] | undefined> {
    const events = await this.eventsAfter(id, 0);
    if (!events) return undefined;
    const kept = this.live(id) !== undefined || this.#archive.hasPictures(id);
    return stepsIn(events).map((step) => (kept ? step : { ...step, hasPicture: false }));
  }

  async stepPicture(id: string, seq: number): Promise<StepImage | undefined> {
    const unsaved = this.live(id)?.unsavedPicture(seq);
    if (unsaved) return unsaved;
    if (!this.live(id) && !this.#archive.has(id)) return undefined;
    return this.#store.readPicture(id, seq);
  }

  /** With the run's place in the queue. */
  summary(run: LiveRun): RunSummary {
    const summary = runSummary(run.record);
    const place = this.#current().queue.indexOf(run);
    return place < 0 ? summary : { ...summary, queuePosition: place + 1 };
  }
}
