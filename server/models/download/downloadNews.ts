import type { Download } from '../../protocol/models.ts';

/** Milliseconds between two messages about the same download. */
const TELL_EVERY = 250;

/** What was told last of a download. */
interface Told {
  readonly at: number;
  readonly state: Download['state'];
  /** When there is more to tell. */
  readonly later?: NodeJS.Timeout;
}

/** Tells of downloads: every change of state at once, progress now and then; the last of it is never left out. */
export class DownloadNews {
  readonly #tellNow: (download: Download) => void;
  readonly #told = new Map<string, Told>();

  constructor(tell: (download: Download) => void) {
    this.#tellNow = tell;
  }

  tell(facts: Download): void {
    const { at = -Infinity, state, later } = this.#told.get(facts.id) ?? {};
    clearTimeout(later);
    const wait = at + TELL_EVERY - performance.now();
    if (state !== facts.state || wait <= 0) {
      this.#told.set(facts.id, { at: performance.now(), state: facts.state });
      return this.#tellNow(facts);
    }
    this.#told.set(facts.id, { at, state, later: setTimeout(() => this.tell(facts), wait).unref() });
  }

  /** Tells no more of that download. */
  forget(id: string): void {
    clearTimeout(this.#told.get(id)?.later);
    this.#told.delete(id);
  }

  close(): void {
    for (const id of this.#told.keys()) this.forget(id);
  }
}
