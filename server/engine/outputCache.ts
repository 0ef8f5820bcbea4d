import { LRUCache } from 'lru-cache';
import type { ShownPicture } from '../../nodes/contract/node.ts';

/** What one execution of a node gave: enough to take its place in a later run. */
export interface NodeResult {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly shown: readonly ShownPicture[];
  readonly notes: Readonly<Record<string, string | number | boolean>>;
  readonly bytes: number;
}

/** Results by content key, least recently used first out when they outgrow the budget in bytes. */
export class OutputCache {
  readonly #entries: LRUCache<string, NodeResult>;

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
    this.#entries.set(key, result);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}
