import type { LiveRun } from './liveRun.ts';

/** Runs that are not over and not with the engine: those that wait for their turn, in order, and those that are paused. */
export class RunQueue {
  #waiting: LiveRun[] = [];
  readonly #paused = new Set<LiveRun>();

  get waiting(): readonly LiveRun[] {
    return this.#waiting;
  }

  get paused(): ReadonlySet<LiveRun> {
    return this.#paused;
  }

  /** Waits from now on, behind the others. */
  add(run: LiveRun): void {
    this.#waiting.push(run);
  }

  /** Waits from now on, as the next. */
  addFirst(run: LiveRun): void {
    this.#waiting.unshift(run);
  }

  setAside(run: LiveRun): void {
    this.#paused.add(run);
  }

  takeFirst(): LiveRun | undefined {
    return this.#waiting.shift();
  }

  takeWaiting(id: string): LiveRun | undefined {
    const run = this.#waiting.find((waiting) => waiting.id === id);
    if (run) this.#waiting = this.#waiting.filter((waiting) => waiting !== run);
    return run;
  }

  isPaused(id: string): boolean {
    return this.#pausedRun(id) !== undefined;
  }

  takePaused(id: string): LiveRun | undefined {
    const run = this.#pausedRun(id);
    if (run) this.#paused.delete(run);
    return run;
  }

  #pausedRun(id: string): LiveRun | undefined {
    return [...this.#paused].find((run) => run.id === id);
  }
}
