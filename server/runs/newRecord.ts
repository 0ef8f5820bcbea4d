import { randomBytes } from 'node:crypto';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { RunWishes } from './runWishes.ts';
import type { RunRecord } from '../protocol/runs.ts';

/** The record of a run that was just asked for; it has no events yet. */
export function newRecord(
  document: WorkflowDocument,
  { version, notes = [], targets, previews }: { readonly version: string } & RunWishes,
): RunRecord {
  return {
    id: newRunId(),
    title: document.title || 'Untitled',
    state: 'queued',
    created: new Date().toISOString(),
    workflow: document as unknown as RunRecord['workflow'],
    nodes: Object.fromEntries(document.nodes.map((node) => [node.id, { state: 'waiting' as const }])),
    pictures: [],
    models: [],
    versions: { impasto: version },
    ...(targets ? { targets: [...targets] } : {}),
    ...(previews ? { previews } : {}),
    ...(notes.length > 0 ? { warnings: [...notes] } : {}),
    seq: 0,
  };
}

let last = 0;

/** Nine characters of time, so that ids sort by age, and ten that cannot be guessed. */
function newRunId(): string {
  last = Math.max(last + 1, Date.now());
  const noise = BigInt(`0x${randomBytes(8).toString('hex')}`).toString(36);
  return last.toString(36).padStart(9, '0') + noise.slice(-10).padStart(10, '0');
}
