import { computed, shallowRef, triggerRef } from 'vue';
import type { StepRecord } from '../../server/protocol/runs.ts';

/** The steps of one run, as they come; a step that is told again takes its own place. Shown when it is told to. */
export class StepList {
  /** By sequence number. It is changed in place, so that a step costs the same after thousands of them. */
  private readonly steps = shallowRef(new Map<number, StepRecord>());
  private readonly sorted = computed(() => [...this.steps.value.values()].sort((a, b) => a.seq - b.seq));
  /** Of each node the newest step that has a picture. */
  private readonly pictured = new Map<string, StepRecord>();
  private hasMore = false;

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
    this.hasMore = false;
  }

  add(step: StepRecord): void {
    this.note(step);
    this.steps.value.set(step.seq, step);
    this.hasMore = true;
  }

  /** Shows what was added. */
  show(): void {
    if (this.hasMore) triggerRef(this.steps);
    this.hasMore = false;
  }

  private note(step: StepRecord): void {
    if (step.hasPicture && step.seq >= (this.pictured.get(step.node)?.seq ?? 0))
      this.pictured.set(step.node, step);
    // The disk did not take it.
    if (!step.hasPicture && this.pictured.get(step.node)?.seq === step.seq) this.pictured.delete(step.node);
  }
}
