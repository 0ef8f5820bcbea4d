import type { Download } from '../../server/protocol/models.ts';
import { longTime } from '../shell/timeWords.ts';
import { texts } from '../texts/en.ts';
import { fileSize } from './fileSize.ts';

/** How far a download is, in a line: `1.2 GB of 4.0 GB, 12 MB/s, about 4 min left`. */
export function downloadText({ state, bytes, total, rate, secondsLeft }: Download): string {
  const words = texts.downloads;
  const received = total === undefined ? fileSize(bytes) : words.of(fileSize(bytes), fileSize(total));
  const parts = state === 'downloading' || bytes > 0 ? [received] : [];
  if (state === 'downloading' && rate !== undefined && rate > 0) parts.push(words.rate(fileSize(rate)));
  if (state === 'downloading' && secondsLeft !== undefined) parts.push(texts.run.left(longTime(secondsLeft)));
  if (state !== 'downloading') parts.unshift(words.state[state]);
  return parts.join(', ');
}
