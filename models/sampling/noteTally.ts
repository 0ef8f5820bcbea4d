/** Counts the sentences that patches add to steps, so that a person reads each of them once. */
export class NoteTally {
  readonly #counts = new Map<string, number>();
  readonly #of: number;

  constructor(of: number) {
    this.#of = of;
  }

  /** Of one step, each once. */
  add(notes: readonly string[]): void {
    for (const note of notes) this.#counts.set(note, (this.#counts.get(note) ?? 0) + 1);
  }

  sentences(): string[] {
    return [...this.#counts].map(([note, count]) => `${note} (${count} of ${this.#of} steps)`);
  }
}
