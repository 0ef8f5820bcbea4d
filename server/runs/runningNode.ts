import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { RunRecord } from '../protocol/runs.ts';

/** The node that was at work, with the name that a person knows it by. */
export function runningNode(record: RunRecord): { id: string; name: string } | undefined {
  const id = Object.keys(record.nodes).find((node) => record.nodes[node]?.state === 'running');
  if (id === undefined) return undefined;
  const { nodes } = record.workflow as unknown as WorkflowDocument;
  const title = nodes.find((node) => node.id === id)?.title;
  return { id, name: title ? `"${title}" (${id})` : `"${id}"` };
}
