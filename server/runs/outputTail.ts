import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The last lines that a process printed; longer lines are cut, so that its memory is bounded. */
export class OutputTail {
  readonly #keep: number;
  #lines: string[] = [];

  constructor(keep: number) {
    this.#keep = keep;
  }

  follow(stream: Readable | null, print?: (line: string) => void): void {
    if (!stream) return;
    createInterface({ input: stream }).on('line', (line) => {
      const short = line.slice(0, 2_000);
      this.#lines.push(short);
      if (this.#lines.length > this.#keep) this.#lines = this.#lines.slice(-this.#keep / 2);
      print?.(short);
    });
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The last line that says something (an error's first line rather than its stack). */
  get last(): string | undefined {
    return this.#lines.findLast((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line))?.trim();
  }
}
