import { randomBytes } from 'node:crypto';

let last = 0;

/** A new run id: nine characters of time, so that ids sort by age, and ten that cannot be guessed. */
export function newRunId(): string {
  last = Math.max(last + 1, Date.now());
  const noise = BigInt(`0x${randomBytes(8).toString('hex')}`).toString(36);
  return last.toString(36).padStart(9, '0') + noise.slice(-10).padStart(10, '0');
}
