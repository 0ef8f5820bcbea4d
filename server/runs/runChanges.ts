import type { WorkflowDocument, WorkflowNode } from '../../workflows/schema/document.ts';
import type { RunChanges } from '../protocol/runs.ts';

/** Enough to tell two runs apart in a list. */
const MOST = 8;
const LONGEST_TEXT = 80;

/** What tells a run from the one before it: values that are others now, and whether the graph is another. */
export function runChanges(before: WorkflowDocument, now: WorkflowDocument): RunChanges {
  const ran = new Map(before.nodes.map((node) => [node.id, node]));
  const known = now.nodes.filter((node) => ran.get(node.id)?.type === node.type);
  const values = known.flatMap((node) => changedValues(ran.get(node.id)!, node));
  const sameNodes = known.length === now.nodes.length && known.length === before.nodes.length;
  return { values: values.slice(0, MOST), rewired: !sameNodes || linksOf(before) !== linksOf(now) };
}

function changedValues(
  before: WorkflowNode,
  { id, type, title, params }: WorkflowNode,
): RunChanges['values'] {
  return Object.entries(params)
    .filter(([param, value]) => JSON.stringify(value) !== JSON.stringify(before.params[param]))
    .map(([param, value]) => ({
      node: title || id,
      type,
      param,
      value: (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, LONGEST_TEXT),
    }));
}

function linksOf({ links }: WorkflowDocument): string {
  return links
    .map(({ from, to }) => `${from.node}.${from.port} ${to.node}.${to.port}`)
    .sort()
    .join('\n');
}
