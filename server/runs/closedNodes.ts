import type { NodeRecord, RunError, RunRecord } from '../protocol/runs.ts';

/**
 * What becomes of a run's nodes when it ends: the one that the error names fails with it, also when only its picture could
 * not be saved; what was left is skipped.
 */
export function closedNodes(nodes: RunRecord['nodes'], error: RunError | undefined): [string, NodeRecord][] {
  return Object.entries(nodes).flatMap(([node, record]): [string, NodeRecord][] => {
    const { secondsLeft: _, ...rest } = record;
    const worked = rest.state === 'running' || rest.state === 'done';
    if (worked && error?.node === node) return [[node, { ...rest, state: 'failed', error }]];
    const open = rest.state === 'running' || rest.state === 'waiting' || rest.state === 'paused';
    return open ? [[node, { ...rest, state: 'skipped' }]] : [];
  });
}
