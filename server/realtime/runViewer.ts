import type { RunEvent } from '../protocol/events.ts';
import type { RunReader } from '../runs/runReader.ts';
import type { RealtimeSocket } from './sockets.ts';

/** Events that are handed to the connection at once, before it must have sent them. */
const BATCH = 100;

export interface RunViewerOptions {
  readonly socket: RealtimeSocket;
  readonly runs: RunReader;
  readonly run: string;
  /** Sequence number of the last event that the client has. */
  readonly after: number;
  readonly report: (error: unknown) => void;
}

/**
 * One client watching one run: a cursor into the run's journal that moves on whenever there is more to read and the
 * connection has room. Nothing is queued per client, and no event can be missed or told twice, because what comes
 * next is always read from the journal after the last one sent.
 */
export class RunViewer {
  readonly #options: RunViewerOptions;
  #cursor: number;
  #active = true;
  #moving = false;
  #again = false;
  #unsubscribe: () => void = () => undefined;

  constructor(options: RunViewerOptions) {
    this.#options = options;
    this.#cursor = options.after;
  }

  start(): void {
    const { runs, run } = this.#options;
    this.#unsubscribe = runs.live(run)?.journal.onAppend(() => this.#advance()) ?? this.#unsubscribe;
    this.#advance();
  }

  stop(): void {
    this.#active = false;
    this.#unsubscribe();
  }

  #advance(): void {
    this.#again = true;
    if (this.#moving) return;
    this.#moving = true;
    void this.#move();
  }

  async #move(): Promise<void> {
    try {
      await this.#readOn();
    } catch (error) {
      this.#options.report(error);
    }
    // In the same turn as the loop's last look at `#again`, so that no wake-up is lost in between.
    this.#moving = false;
  }

  async #readOn(): Promise<void> {
    while (this.#active && this.#again) {
      this.#again = false;
      const events = (await this.#options.runs.eventsAfter(this.#options.run, this.#cursor)) ?? [];
      for (let from = 0; from < events.length && this.#active; from += BATCH) {
        await this.#room();
        this.#send(events.slice(from, from + BATCH));
      }
    }
  }

  #send(events: readonly RunEvent[]): void {
    for (const event of events) {
      if (!this.#active) return;
      this.#options.socket.emit('event', event);
      this.#cursor = event.seq;
    }
  }

  /** Waits until the connection has passed on what it was given; a dead connection ends the wait by closing. */
  async #room(): Promise<void> {
    const { conn } = this.#options.socket;
    // Private in the types only; the one place where engine.io tells how far behind a connection is.
    while (this.#active && conn.readyState === 'open' && conn['writeBuffer'].length > BATCH)
      await new Promise<void>((resolve) => {
        const wake = () => {
          conn.off('drain', wake);
          conn.off('close', wake);
          resolve();
        };
        conn.on('drain', wake);
        conn.on('close', wake);
      });
  }
}
