import { whyNot } from './whyNot.ts';

/** A file operation that the system refused, as a sentence; undefined for errors that are about no file. */
export function refusalSentence(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('path' in error)) return undefined;
  return `${String(error.path)} cannot be used: ${whyNot(error)}.`;
}
