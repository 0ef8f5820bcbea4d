import { expect, it } from 'vitest';
import { parseEvents } from '../../../server/storage/parseEvents.ts';

const line = (seq: number): string =>
  JSON.stringify({
    kind: 'step',
    run: 'run00000001',
    seq,
    step: { seq, node: 'a', step: seq, of: 9000, hasPicture: false, losses: { total: 1 } },
  });

it('a long journal is read in stretches, between which others have their turn', async () => {
  let rests = 0;
  const text = Array.from({ length: 1200 }, (_, i) => line(i + 1)).join('\n');
  const events = await parseEvents(text, async () => void rests++);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 1200 }, (_, i) => i + 1));
  expect(rests).toBe(2);
});

it('a line that was cut off is skipped, and so is one that is no event', async () => {
  const events = await parseEvents(`\n${line(1)}\n${line(2).slice(0, 40)}\n{"kind":"else"}\n${line(3)}`);
  expect(events.map(({ seq }) => seq)).toEqual([1, 3]);
});
