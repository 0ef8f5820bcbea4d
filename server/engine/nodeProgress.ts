import type { StepReport } from '../../nodes/contract/node.ts';
import type { NodeRecord } from '../protocol/runs.ts';

/** Turns what a running node says into its record: where it is, how long it has taken and how long it will. */
export class NodeProgress {
  #record: NodeRecord = { state: 'running' };
  readonly #started = performance.now();
  #lastStep = this.#started;
  #firstStep: { readonly at: number; readonly step: number } | undefined;

  get record(): NodeRecord {
    return this.#record;
  }

  get notes(): NonNullable<NodeRecord['notes']> {
    return this.#record.notes ?? {};
  }

  /** Answers the milliseconds that the step took. */
  step(report: StepReport): number {
    const { step, of } = report;
    const now = performance.now();
    const milliseconds = now - this.#lastStep;
    this.#lastStep = now;
    this.#record = { ...this.#record, step, of, progress: of > 0 ? step / of : 1 };
    // A step that is only told again takes no time, and says nothing about those to come.
    if ('known' in report && report.known) return milliseconds;
    // The first step also opens sessions and says little about the others, unless it is all there is.
    this.#firstStep ??= { at: now, step };
    const counted = step - this.#firstStep.step;
    const pace = counted > 0 ? (now - this.#firstStep.at) / counted : now - this.#started;
    this.#record = { ...this.#record, secondsLeft: (pace * (of - step)) / 1000 };
    return milliseconds;
  }

  progress(fraction: number): void {
    const progress = Math.min(1, Math.max(0, fraction));
    const passed = performance.now() - this.#started;
    const secondsLeft = progress > 0 ? (passed * (1 - progress)) / progress / 1000 : undefined;
    this.#record = { ...this.#record, progress, ...(secondsLeft === undefined ? {} : { secondsLeft }) };
  }

  note(name: string, value: string | number | boolean): void {
    this.#record = { ...this.#record, notes: { ...this.#record.notes, [name]: value } };
  }

  /** The record once the node has ended. */
  ended(end: Pick<NodeRecord, 'state' | 'error'>): NodeRecord {
    const { secondsLeft: _, ...rest } = this.#record;
    return { ...rest, ...end, milliseconds: performance.now() - this.#started };
  }
}
