import type { WorkflowDocument } from '../../../workflows/schema/document.ts';

interface Step {
  readonly before: WorkflowDocument;
  readonly after: WorkflowDocument;
  readonly merge: string | undefined;
  readonly time: number;
}

/** Every workflow that undo and redo lead to, the oldest first, and which of them is open. */
export interface Timeline {
  readonly documents: readonly WorkflowDocument[];
  readonly at: number;
}

/** A longer pause ends an undo step, even in the middle of typing. */
const MERGE_PAUSE_MS = 5_000;
const MAX_STEPS = 1_000;

/**
 * Undo and redo. Workflows are immutable and share what did not change, so a step simply keeps the workflow before
 * and after: every command is invertible by construction, and undoing brings the same object back.
 */
export class DocumentHistory {
  private readonly done: Step[] = [];
  private undone: Step[] = [];

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** Remembers an edit. With the `merge` of the edit before, both become one step. */
  record(edit: Omit<Step, 'time'>): void {
    const time = Date.now();
    const last = this.done.at(-1);
    const continues =
      last !== undefined &&
      edit.merge !== undefined &&
      edit.merge === last.merge &&
      time - last.time < MERGE_PAUSE_MS &&
      !this.canRedo;
    this.undone = [];
    if (!continues) this.done.push({ ...edit, time });
    else if (edit.after === last.before) this.done.pop();
    else this.done[this.done.length - 1] = { ...edit, before: last.before, time };
    if (this.done.length > MAX_STEPS) this.done.shift();
  }

  /** The workflow before the last step; undefined when there is nothing to undo. */
  undo(): WorkflowDocument | undefined {
    const step = this.done.pop();
    if (step) this.undone.push(step);
    return step?.before;
  }

  /** The workflow after the step undone last. */
  redo(): WorkflowDocument | undefined {
    const step = this.undone.pop();
    // Without its merge key: what follows a redo is a step of its own.
    if (step) this.done.push({ ...step, merge: undefined });
    return step?.after;
  }

  /** Undefined when there is nothing to undo or redo. */
  timeline(): Timeline | undefined {
    const steps = [...this.done, ...[...this.undone].reverse()];
    const first = steps[0];
    return first && { documents: [first.before, ...steps.map(({ after }) => after)], at: this.done.length };
  }

  /** Starts over with what an earlier history led to. */
  resume({ documents, at }: Timeline): void {
    const steps = documents.slice(1).map((after, index): Step => {
      return { before: documents[index]!, after, merge: undefined, time: 0 };
    });
    this.clear();
    this.done.push(...steps.slice(0, at));
    this.undone = steps.slice(at).reverse();
  }

  clear(): void {
    this.done.length = 0;
    this.undone = [];
  }
}
