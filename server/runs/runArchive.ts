import { openRunStates, type RunRecord, type RunSummary } from '../protocol/runs.ts';
import type { RunStore, StoredRun } from '../storage/runStore.ts';
import { Serial } from '../storage/serial.ts';
import type { LiveRun } from './liveRun.ts';
import { runSummary } from './runSummary.ts';
import { PICTURES_DROPPED } from './words.ts';

export interface RunLimits {
  /** Run records that are kept; the oldest go first. */
  readonly records: number;
  /** Bytes of step pictures that are kept over all runs; those of the oldest runs go first. */
  readonly pictureBytes: number;
  /** Deleted runs that can still be restored. */
  readonly trash: number;
}

const DEFAULT_LIMITS: RunLimits = { records: 1_000, pictureBytes: 1024 ** 3, trash: 50 };

interface Entry {
  readonly summary: RunSummary;
  readonly pictureBytes: number;
}

/** Finished runs: a list in memory, everything else on disk, within bounds. */
export class RunArchive {
  readonly #store: RunStore;
  readonly #limits: RunLimits;
  readonly #warn: (message: string) => void;
  readonly #runs = new Map<string, Entry>();
  readonly #serial = new Serial();

  constructor(options: {
    readonly store: RunStore;
    readonly limits: Partial<RunLimits> | undefined;
    readonly warn: ((message: string) => void) | undefined;
  }) {
    this.#store = options.store;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#warn = options.warn ?? (() => undefined);
  }

  /** Reads all runs, keeps the finished ones and returns those that waited, ran or were paused, oldest first. */
  async load(): Promise<StoredRun[]> {
    const { runs, damaged } = await this.#store.list();
    const open: StoredRun[] = [];
    for (const { record, pictureBytes } of runs) {
      const isOpen = openRunStates.has(record.state);
      const stored = isOpen ? await this.#store.read(record.id).catch(() => undefined) : undefined;
      if (stored) open.push(stored);
      else if (isOpen) damaged.push(record.id);
      else this.#runs.set(record.id, { summary: record, pictureBytes });
    }
    for (const id of damaged) this.#warn(`The record of run ${id} cannot be read; it is left where it is.`);
    return open;
  }

  add({ record, pictureBytes }: LiveRun): void {
    this.#runs.set(record.id, { summary: runSummary(record), pictureBytes });
  }

  has(id: string): boolean {
    return this.#runs.has(id);
  }

  hasPictures(id: string): boolean {
    return (this.#runs.get(id)?.pictureBytes ?? 0) > 0;
  }

  summaries(): RunSummary[] {
    return [...this.#runs.values()].map((entry) => entry.summary);
  }

  async read(id: string): Promise<RunRecord | undefined> {
    return this.has(id) ? (await this.#store.read(id))?.record : undefined;
  }

  discard(id: string): Promise<boolean> {
    return this.#serial.run(async () => {
      if (!this.has(id)) return false;
      await this.#store.discard(id);
      this.#runs.delete(id);
      await this.#store.trimTrash(this.#limits.trash);
      return true;
    });
  }

  restore(id: string): Promise<RunSummary | undefined> {
    return this.#serial.run(async () => {
      if (this.has(id)) return undefined;
      const stored = await this.#store.restore(id);
      if (!stored) return undefined;
      const summary = runSummary(stored.record);
      this.#runs.set(id, { summary, pictureBytes: stored.pictureBytes });
      return summary;
    });
  }

  /** Brings the records and their pictures back within their bounds. */
  trim(): Promise<void> {
    return this.#serial.run(async () => {
      const oldestFirst = [...this.#runs.keys()].sort();
      for (const id of oldestFirst.slice(0, Math.max(0, oldestFirst.length - this.#limits.records))) {
        this.#runs.delete(id);
        await this.#store.destroy(id);
      }
      let total = 0;
      for (const { pictureBytes } of this.#runs.values()) total += pictureBytes;
      // The newest run keeps its pictures whatever their size: somebody is looking at them.
      for (const id of [...this.#runs.keys()].sort().slice(0, -1)) {
        if (total <= this.#limits.pictureBytes) break;
        total -= this.#runs.get(id)!.pictureBytes;
        await this.#dropPictures(id);
      }
    });
  }

  async idle(): Promise<void> {
    await this.#serial.idle();
  }

  async #dropPictures(id: string): Promise<void> {
    const entry = this.#runs.get(id);
    if (!entry || entry.pictureBytes === 0) return;
    this.#runs.set(id, { ...entry, pictureBytes: 0 });
    await this.#store.dropPictures(id);
    const stored = await this.#store.read(id).catch(() => undefined);
    if (!stored) return;
    const warnings = [...(stored.record.warnings ?? []), PICTURES_DROPPED];
    await this.#store
      .save({ record: { ...stored.record, warnings }, pictureBytes: 0 })
      .catch(() => undefined);
  }
}
