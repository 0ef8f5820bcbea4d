import type { RunEvent } from './events.ts';
import { type RunRecord, type RunSummary, runSummarySchema } from './runs.ts';

const summarised = new Set(Object.keys(runSummarySchema.shape));

/**
 * The run after one more event. Server and clients both build their picture of a run with it, so that what a person
 * sees live is what a reload shows. Events that the record already holds change nothing.
 */
export function applyRunEvent(record: RunRecord, event: RunEvent): RunRecord {
  if (event.seq <= record.seq) return record;
  const seq = event.seq;
  switch (event.kind) {
    case 'run': {
      // What the summary no longer says is no longer so.
      const rest = Object.entries(record).filter(([name]) => !summarised.has(name));
      return { ...(Object.fromEntries(rest) as Omit<RunRecord, keyof RunSummary>), ...event.summary, seq };
    }
    case 'node':
      return { ...record, seq, nodes: { ...record.nodes, [event.node]: event.record } };
    case 'shown': {
      const { node, slot } = event.picture;
      const others = record.pictures.filter((picture) => picture.node !== node || picture.slot !== slot);
      return { ...record, seq, pictures: [...others, event.picture] };
    }
    case 'step':
      return { ...record, seq };
    default:
      return record;
  }
}
