import type { RunEvent } from '../protocol/events.ts';
import type { StepRecord } from '../protocol/runs.ts';

/** The steps that events tell; one that is told again, with its picture, once. */
export function stepsIn(events: readonly RunEvent[]): StepRecord[] {
  const steps = new Map<number, StepRecord>();
  for (const event of events) if (event.kind === 'step') steps.set(event.step.seq, event.step);
  return [...steps.values()];
}
