import type { RunRecord, RunSummary } from '../protocol/runs.ts';

/** What the list of runs shows of a run. */
export function runSummary(record: RunRecord): RunSummary {
  const { id, title, state, created, started, paused, finished, thumbnail, error, changes } = record;
  return {
    id,
    title,
    state,
    created,
    ...(started !== undefined && { started }),
    ...(paused !== undefined && { paused }),
    ...(finished !== undefined && { finished }),
    ...(thumbnail !== undefined && { thumbnail }),
    ...(error !== undefined && { error }),
    ...(changes !== undefined && { changes }),
  };
}
