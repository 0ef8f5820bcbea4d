import { readFile } from 'node:fs/promises';
import { ifAbsent } from '../../models/files/ifAbsent.ts';
import type { RunEvent } from '../protocol/events.ts';
import type { Disk } from './disk.ts';
import { parseEvents } from './parseEvents.ts';
import { Serial } from './serial.ts';

/** Milliseconds for which events are gathered and then written together; longer when the disk took none of them. */
const GATHER = { usual: 25, afterFailure: 1_000 };

/** Events of a running run that are answered from memory; older ones are read from its file. */
const RECENT = 2_000;

/**
 * Everything that happened in one run, in order, one JSON line each. Viewers are cursors into it: nothing is kept per
 * viewer. Events that could not be written (disk full) stay in memory and are tried again with the next one.
 */
export class RunJournal {
  readonly #path: string;
  readonly #disk: Disk;
  readonly #serial = new Serial();
  readonly #listeners = new Set<() => void>();
  #unsaved: RunEvent[] = [];
  /** Without gaps. */
  #recent: RunEvent[] = [];
  #gathering: NodeJS.Timeout | undefined;
  #pause = GATHER.usual;

  constructor(path: string, disk: Disk) {
    this.#path = path;
    this.#disk = disk;
  }

  /** Adds the next event; it can be read from `after` at once, and is on disk after `flush`. */
  append(event: RunEvent): void {
    this.#unsaved.push(event);
    this.#recent.push(event);
    if (this.#recent.length > 2 * RECENT) this.#recent = this.#recent.slice(-RECENT);
    const write = (): void => void this.flush().catch(() => undefined);
    // What becomes of a run is rare, and is to outlive a crash that follows at once.
    if (event.kind === 'run') write();
    else this.#gathering ??= setTimeout(write, this.#pause);
  }

  /** Every event after that sequence number. */
  async after(seq: number): Promise<RunEvent[]> {
    const first = this.#recent[0];
    if (first && first.seq <= seq + 1) return this.#recent.slice(seq + 1 - first.seq);
    // Taken before the file is read: an event may reach the file in between, but cannot be missed by both.
    const unsaved = [...this.#unsaved];
    return inOrder([...(await readEvents(this.#path)), ...unsaved], seq);
  }

  /** Calls back when there are new events, until the returned function is called. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes what is not on disk yet. Throws StorageError; the events are kept for the next try. */
  flush(): Promise<void> {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const written = this.#serial.run(async () => {
      // A copy: more events may be added while these are written.
      const events = [...this.#unsaved];
      if (events.length === 0) return;
      // The line break comes first: a line that was cut off (disk full, crash) must not swallow the one after it.
      await this.#disk.append(this.#path, events.map((event) => `\n${JSON.stringify(event)}`).join(''));
      this.#unsaved = this.#unsaved.slice(events.length);
    });
    written.then(
      () => this.#tell(GATHER.usual),
      () => this.#tell(GATHER.afterFailure),
    );
    return written;
  }

  /** Writes nothing any more; resolves when a write that had begun is over. */
  async abandon(): Promise<void> {
    this.#unsaved = [];
    await this.#serial.idle();
  }

  /**
   * Viewers hear of events that are on disk, so that a crash of the server takes back nothing they saw. When the disk is full
   * they hear all the same.
   */
  #tell(pause: number): void {
    this.#pause = pause;
    for (const listener of this.#listeners) listener();
  }
}

async function readEvents(path: string): Promise<RunEvent[]> {
  return parseEvents(await readFile(path, 'utf8').catch(ifAbsent('')));
}

/** Sorted by number, each once: a write that failed half-way may have left some lines twice. */
function inOrder(events: RunEvent[], after: number): RunEvent[] {
  const bySeq = new Map<number, RunEvent>();
  for (const event of events) if (event.seq > after) bySeq.set(event.seq, event);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
