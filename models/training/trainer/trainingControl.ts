/** Lets a person hold a training between two steps, let it go on, or end it with what it has learnt. */
export class TrainingControl {
  #cancelled = false;
  #paused = false;
  #wake: () => void = () => undefined;

  constructor(signal?: AbortSignal) {
    if (signal?.aborted) this.cancel();
    signal?.addEventListener('abort', () => this.cancel(), { once: true });
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  get paused(): boolean {
    return this.#paused && !this.#cancelled;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake();
  }

  cancel(): void {
    this.#cancelled = true;
    this.#wake();
  }

  /** Resolves when it is not paused any more. */
  async held(): Promise<void> {
    while (this.paused) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}
