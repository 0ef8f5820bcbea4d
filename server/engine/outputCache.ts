import { LRUCache } from 'lru-cache';
import type { ShownPicture } from '../../nodes/contract/node.ts';

/** What one execution of a node gave: enough to take its place in a later run. */
export interface NodeResult {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly shown: readonly ShownPicture[];
  readonly notes: Readonly<Record<string, string | number | boolean>>;
  readonly bytes: number;
  readonly madeBy: Maker;
}

/** Where a result was made. */
export interface Maker {
  readonly run: string;
  readonly node: string;
}

/** Makers are remembered longer than results: they are small. */
const MAKERS = 10_000;

/** Results by content key, least recently used first out when they outgrow the budget in bytes. */
export class OutputCache {
  readonly #entries: LRUCache<string, NodeResult>;
  readonly #makers = new LRUCache<string, Maker>({ max: MAKERS });

  constructor(budget: number) {
    this.#entries = new LRUCache({ maxSize: Math.max(1, budget), sizeCalculation: ({ bytes }) => bytes });
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  get(key: string): NodeResult | undefined {
    return this.#entries.get(key);
  }

  /** A result larger than the whole budget is not kept. */
  set(key: string, result: NodeResult): void {
    this.#makers.set(key, result.madeBy);
    this.#entries.set(key, result);
  }

  /** Known also when the result itself has been dropped. */
  makerOf(key: string): Maker | undefined {
    return this.#makers.get(key);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}
