import { whyNot } from '../../models/files/whyNot.ts';

/** What a model that the system refuses to show says of itself: a sentence that begins with "It". */
export function unreadable(error: unknown): string {
  const path = error instanceof Error && 'path' in error ? ` (${String(error.path)})` : '';
  return `It cannot be read: ${whyNot(error)}${path}.`;
}
