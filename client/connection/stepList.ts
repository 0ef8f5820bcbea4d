import { computed, shallowRef, triggerRef } from 'vue';
import type { StepRecord } from '../../server/protocol/runs.ts';

/** From so many steps on, new ones are shown a few times a second, together. */
const MANY = 300;
/** Milliseconds. */
const PAUSE = 250;

/** The steps of one run, as they come; a step that is told again takes its own place. */
export class StepList {
  /** By sequence number. It is changed in place, so that a step costs the same after thousands of them. */
  private readonly steps = shallowRef(new Map<number, StepRecord>());
  private readonly sorted = computed(() => [...this.steps.value.values()].sort((a, b) => a.seq - b.seq));
  /** Of each node the newest step that has a picture. */
  private readonly pictured = new Map<string, StepRecord>();
  private drawing: ReturnType<typeof setTimeout> | undefined;

  /** In the order in which they were made. */
  get inOrder(): readonly StepRecord[] {
    return this.sorted.value;
  }

  /** The node's newest step that has a picture. */
  newestPictured(node: string): StepRecord | undefined {
    return this.pictured.get(node);
  }

  reset(steps: readonly StepRecord[]): void {
    this.pictured.clear();
    for (const step of steps) this.note(step);
    this.steps.value = new Map(steps.map((step) => [step.seq, step]));
  }

  add(step: StepRecord): void {
    this.note(step);
    this.steps.value.set(step.seq, step);
    if (this.steps.value.size < MANY) triggerRef(this.steps);
    else
      this.drawing ??= setTimeout(() => {
        this.drawing = undefined;
        triggerRef(this.steps);
      }, PAUSE);
  }

  private note(step: StepRecord): void {
    if (step.hasPicture && step.seq >= (this.pictured.get(step.node)?.seq ?? 0))
      this.pictured.set(step.node, step);
  }
}
