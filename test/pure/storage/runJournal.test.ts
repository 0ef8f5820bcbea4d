import { expect, it, vi } from 'vitest';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '../../../server/protocol/events.ts';
import { type Disk, disk } from '../../../server/storage/disk.ts';
import { RunJournal } from '../../../server/storage/runJournal.ts';

const event = (seq: number): RunEvent => ({
  kind: 'node',
  run: 'abcdefgh',
  seq,
  node: 'a',
  record: { state: 'running' },
});

it('loses no event when the disk takes only part of a write', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'impasto-journal-'));
  const path = join(folder, 'events.jsonl');
  let full = false;
  const nearlyFull: Disk = {
    ...disk,
    async append(file, text) {
      if (!full) return disk.append(file, text);
      await appendFile(file, text.slice(0, text.length / 2));
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    },
  };
  const journal = new RunJournal(path, nearlyFull);
  const told = vi.fn<() => void>();
  journal.onAppend(told);
  for (const seq of [1, 2]) journal.append(event(seq));
  await journal.flush();
  full = true;
  for (const seq of [3, 4, 5]) journal.append(event(seq));
  await expect(journal.flush()).rejects.toThrow('full');
  full = false;
  journal.append(event(6));
  await journal.flush();
  const seqs = async (after: number) => (await new RunJournal(path, disk).after(after)).map(({ seq }) => seq);
  expect(await seqs(0)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await seqs(4)).toEqual([5, 6]);
  await vi.waitFor(() => expect(told).toHaveBeenCalled());
  await rm(folder, { recursive: true });
});

it('writes and tells what comes in a short while together, and of a disk that takes nothing asks less often', async () => {
  vi.useFakeTimers();
  const append = vi.fn<Disk['append']>(async () => undefined);
  const journal = new RunJournal('events.jsonl', { ...disk, append });
  const told = vi.fn<() => void>();
  journal.onAppend(told);
  let seq = 0;
  const tenFor = async (milliseconds: number): Promise<void> => {
    for (let i = 0; i < 10; i++) {
      journal.append(event(++seq));
      await vi.advanceTimersByTimeAsync(milliseconds / 10);
    }
  };
  await tenFor(100);
  await vi.advanceTimersByTimeAsync(100);
  expect(told.mock.calls.length).toBeLessThanOrEqual(4);
  expect(append).toHaveBeenCalledTimes(told.mock.calls.length);
  expect((await journal.after(7)).map((read) => read.seq)).toEqual([8, 9, 10]);

  append.mockRejectedValue(new Error('full'));
  await tenFor(100);
  append.mockClear();
  await tenFor(1000);
  await vi.advanceTimersByTimeAsync(1000);
  expect(append.mock.calls.length).toBeLessThanOrEqual(2);
  // Seen, though not written.
  expect((await journal.after(28)).map((read) => read.seq)).toEqual([29, 30]);
  vi.useRealTimers();
});

it('writes at once what becomes of the run', async () => {
  const append = vi.fn<Disk['append']>(async () => undefined);
  const journal = new RunJournal('events.jsonl', { ...disk, append });
  journal.append(event(1));
  const summary = { id: 'abcdefgh', title: 'T', state: 'paused' as const, created: '2026-01-01T10:00:00Z' };
  journal.append({ kind: 'run', run: 'abcdefgh', seq: 2, summary });
  await new Promise((resolve) => setImmediate(resolve));
  expect(append).toHaveBeenCalledTimes(1);
  expect(append.mock.calls[0]![1].match(/"seq":/g)).toHaveLength(2);
});
