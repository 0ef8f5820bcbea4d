import { statfs } from 'node:fs/promises';
import { DownloadFailure } from './downloadFailure.ts';
import { sizeText } from '../sizeText.ts';

/** What a download leaves free: a disk that is full to the brim keeps nobody's work. */
const RESERVE = 256 * 1024 * 1024;

/**
 * Throws DownloadFailure, with the numbers, when so many bytes more would not fit on the disk of that folder; 0 when nobody
 * knows how many will come.
 */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const facts = await statfs(folder).catch(() => undefined);
  if (!facts) return;
  const free = facts.bavail * facts.bsize;
  if (bytes + RESERVE <= free) return;
  const left = `${sizeText(free)} are free (${sizeText(RESERVE)} stay free)`;
  throw new DownloadFailure(
    bytes === 0
      ? `The disk is nearly full: ${left}. Make room and start it again; what has been received is kept.`
      : `The disk has not enough room: ${sizeText(bytes)} are still to come, ${left}.`,
  );
}
