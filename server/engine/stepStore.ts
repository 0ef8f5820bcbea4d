import { LRUCache } from 'lru-cache';
import type { SampledStep } from '../../models/sampling/samplerStep.ts';
import type { SamplingRecord } from '../../nodes/contract/services.ts';
import { stepBytes } from './stepBytes.ts';

interface Sampling {
  readonly steps: SampledStep[];
  readonly bytes: number;
}

/** Steps of samplings by their key, in memory; when they outgrow the budget in bytes, the sampling used least recently goes. */
export class StepStore {
  readonly #samplings: LRUCache<string, Sampling>;

  constructor(budget: number) {
    this.#samplings = new LRUCache({ maxSize: Math.max(1, budget), sizeCalculation: ({ bytes }) => bytes });
  }

  /** The sampling from a step on, counted from 1. What is remembered without that step is forgotten. */
  record(key: string, first: number): SamplingRecord {
    const remembered = this.#samplings.get(key);
    const known = remembered?.steps.filter(({ step }) => step >= first) ?? [];
    if (remembered && known[0]?.step !== first && remembered.steps.at(-1)?.step !== first - 1) {
      this.#samplings.delete(key);
    }
    return { known, add: (step) => this.#add(key, step, first) };
  }

  #add(key: string, step: SampledStep, first: number): void {
    const sampling = this.#samplings.get(key) ?? { steps: [], bytes: 1 };
    const last = sampling.steps.at(-1)?.step ?? first - 1;
    // Steps that went for want of room leave a gap that nothing can go on behind.
    if (step.step !== last + 1) return;
    const { steps, bytes } = sampling;
    steps.push(step);
    this.#samplings.set(key, { steps, bytes: bytes + stepBytes(step) });
  }
}
