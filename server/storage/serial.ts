/** Runs tasks one after the other, in the order they were given; a failed one does not stop the next. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('Impasto was stopped.'));
    const result = this.#last.then(task, task);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything given so far is done. */
  async idle(): Promise<void> {
    await this.#last;
  }

  /** Refuses what is given later; resolves when everything given before is done. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
  }
}
