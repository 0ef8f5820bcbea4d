import { setImmediate } from 'node:timers/promises';
import { type RunEvent, runEventSchema } from '../protocol/events.ts';

/** Lines that are read at a stretch: some milliseconds. */
const STRETCH = 500;

/** The events of a journal, one line of JSON each. Between stretches of lines `rest` lets others have their turn. */
export async function parseEvents(
  text: string,
  rest: () => Promise<void> = setImmediate,
): Promise<RunEvent[]> {
  const lines = text.split('\n');
  const events: RunEvent[] = [];
  for (let from = 0; from < lines.length; from += STRETCH) {
    if (from > 0) await rest();
    for (const line of lines.slice(from, from + STRETCH)) events.push(...parseLine(line));
  }
  return events;
}

/** A line that was cut off by a crash, or edited by hand, is skipped. */
function parseLine(line: string): RunEvent[] {
  if (line === '') return [];
  try {
    return [runEventSchema.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}
