import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunRecord } from '../../../server/protocol/runs.ts';
import { disk } from '../../../server/storage/disk.ts';
import { RunStore } from '../../../server/storage/runStore.ts';

const summary = { id: 'abcdefgh', title: 'Run', created: '2026-01-01T10:00:00Z' };
const paused: RunRecord = {
  ...summary,
  state: 'paused',
  paused: '2026-01-01T10:01:00Z',
  workflow: {},
  nodes: { a: { state: 'paused' } },
  pictures: [],
  models: [],
  versions: {},
  seq: 1,
};

it('reads a run that went on after its last save as its journal has it, with no number to be given twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'impasto-runs-'));
  const store = new RunStore({ runs: join(folder, 'runs'), trash: join(folder, 'trash') }, disk);
  await store.save({ record: paused, pictureBytes: 7 });
  const journal = store.journal(summary.id);
  journal.append({ kind: 'run', run: summary.id, seq: 2, summary: { ...summary, state: 'running' } });
  journal.append({ kind: 'node', run: summary.id, seq: 3, node: 'a', record: { state: 'running' } });
  await journal.flush();
  const read = await store.read(summary.id);
  expect(read?.record).toMatchObject({ state: 'running', nodes: { a: { state: 'running' } }, seq: 3 });
  expect(read?.record).not.toHaveProperty('paused');
  expect(read?.pictureBytes).toBe(7);
  expect(Math.abs((await store.lastWrite(summary.id))!.getTime() - Date.now())).toBeLessThan(60_000);
  await rm(folder, { recursive: true });
});
