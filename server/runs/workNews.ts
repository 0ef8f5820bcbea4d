import type { NodeRecord } from '../protocol/runs.ts';

/** Milliseconds between two records of a node that only tell how far it is. */
const PAUSE = 100;

/** Passes on the newest record of every node at work, a few times a second: steps may come by the hundred. */
export class WorkNews {
  readonly #tell: (node: string, record: NodeRecord) => void;
  readonly #newest = new Map<string, NodeRecord>();
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (node: string, record: NodeRecord) => void) {
    this.#tell = tell;
  }

  offer(node: string, record: NodeRecord): void {
    this.#newest.set(node, record);
    this.#timer ??= setTimeout(() => this.flush(), PAUSE);
  }

  /** The node has more to tell than that. */
  forget(node: string): void {
    this.#newest.delete(node);
  }

  /** Passes on at once what waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [node, record] of this.#newest) this.#tell(node, record);
    this.#newest.clear();
  }
}
