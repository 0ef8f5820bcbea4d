/** Milliseconds that the rate looks back. */
const WINDOW = 10_000;

/** Bytes per second over the last ten seconds, and how long the rest will take at that rate. */
export class RateMeter {
  readonly #samples: { readonly at: number; readonly bytes: number }[] = [];

  /** `at` in milliseconds. A count that falls (the file is received anew) begins a new measurement. */
  add(bytes: number, at: number): void {
    const last = this.#samples.at(-1);
    if (last && bytes < last.bytes) this.#samples.length = 0;
    this.#samples.push({ at, bytes });
    while (this.#samples.length > 2 && at - this.#samples[1]!.at > WINDOW) this.#samples.shift();
  }

  /** Undefined until there is something to measure. */
  get rate(): number | undefined {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < 500) return undefined;
    return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
  }

  secondsLeft(total: number | undefined): number | undefined {
    const { rate } = this;
    const last = this.#samples.at(-1);
    if (rate === undefined || rate <= 0 || total === undefined || !last) return undefined;
    return Math.max(0, (total - last.bytes) / rate);
  }
}
