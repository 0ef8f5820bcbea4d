import { ModelError } from '../architectures/modelError.ts';
import type { Session } from './openSession.ts';

export interface SessionRequest {
  /** Two requests with one key share a session. */
  readonly key: string;
  /** What the session will hold in memory, as well as is known before it is open. */
  readonly bytes: number;
  open(): Promise<Session>;
}

export interface SessionPoolOptions {
  /** Memory that open sessions may hold together. */
  readonly budgetBytes: number;
}

/** Share of a session's size that others may take beside it. */
const SMALL = 0.05;

interface Entry {
  readonly bytes: number;
  readonly session: Promise<Session>;
  users: number;
}

/**
 * Sessions by key, shared between whoever needs them and bounded by a memory budget: before one is opened, idle ones
 * are released, the least recently used first. One in use is never released, and one that is larger than the whole
 * budget is opened all the same, once nothing idle is left to give way; it stays until another one is wanted, or every
 * step of a sampler would open it anew.
 */
export class SessionPool {
  readonly budgetBytes: number;
  /** Insertion order is order of use: the first is the least recently used. */
  readonly #entries = new Map<string, Entry>();
  #opening: Promise<unknown> = Promise.resolve();

  constructor(options: SessionPoolOptions) {
    this.budgetBytes = options.budgetBytes;
  }

  /** Memory that the open sessions hold, as their requests stated it. */
  get bytes(): number {
    return [...this.#entries.values()].reduce((sum, entry) => sum + entry.bytes, 0);
  }

  get keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Lends the session to `work`, opening it first if need be. */
  async use<T>(request: SessionRequest, work: (session: Session) => Promise<T>): Promise<T> {
    const entry = this.#entries.get(request.key) ?? this.#add(request);
    entry.users++;
    this.#entries.delete(request.key);
    this.#entries.set(request.key, entry);
    try {
      return await work(await entry.session);
    } catch (error) {
      // A session on a lost device answers nothing any more: the next one that asks gets a new one.
      if (error instanceof ModelError && error.code === 'device-lost') this.#forget(request.key, entry);
      throw error;
    } finally {
      entry.users--;
      await this.#shrink(entry);
    }
  }

  /** Releases idle sessions whose key begins with `prefix` (all of them unless given). */
  async release(prefix = ''): Promise<void> {
    for (const [key, entry] of this.#entries) {
      if (entry.users === 0 && key.startsWith(prefix)) await this.#drop(key, entry);
    }
  }

  #add(request: SessionRequest): Entry {
    const session = this.#opening.then(async () => {
      await this.#shrink();
      return request.open();
    });
    const entry: Entry = { bytes: request.bytes, session, users: 0 };
    this.#entries.set(request.key, entry);
    // Opening one at a time keeps the peak (weights being rearranged) to that of one session.
    this.#opening = session.catch(() => this.#entries.delete(request.key));
    return entry;
  }

  /** A small one (a preview's decoder) does not drive out a large one that fills the budget by itself. */
  get #limit(): number {
    const largest = Math.max(0, ...[...this.#entries.values()].map(({ bytes }) => bytes));
    return Math.max(this.budgetBytes, largest * (1 + SMALL));
  }

  async #shrink(keep?: Entry): Promise<void> {
    for (const [key, entry] of this.#entries) {
      if (this.bytes <= this.#limit) return;
      if (entry.users === 0 && entry !== keep) await this.#drop(key, entry);
    }
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    void entry.session.then((session) => session.release()).catch(() => undefined);
  }

  async #drop(key: string, entry: Entry): Promise<void> {
    this.#entries.delete(key);
    const session = await entry.session.catch(() => undefined);
    await session?.release();
  }
}
