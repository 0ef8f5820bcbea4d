import { NodeError } from '../../nodes/contract/nodeError.ts';
import type { RunError } from '../protocol/runs.ts';
import type { PlannedNode } from './planRun.ts';

/**
 * What went wrong in a node, as a person reads it. Errors of our own classes carry a code and a whole sentence;
 * anything else is a mistake in the program: its stack goes to the log, its message to the person.
 */
export function runErrorOf(error: unknown, { node, definition }: PlannedNode): RunError {
  const located = { node: node.id, ...portOf(error) };
  if (error instanceof Error && hasCode(error)) {
    return { code: error.code, message: error.message, ...located };
  }
  const text = error instanceof Error ? error.message : String(error);
  const name = `${definition.title} (${node.id})`;
  if (/array buffer allocation failed|out of memory|bad_alloc|failed to allocate/i.test(text)) {
    const message = `${name} ran out of memory. Try a smaller picture, or close other programs. (${text})`;
    return { code: 'out-of-memory', message, ...located };
  }
  console.error(error);
  return { code: 'internal', message: `${name} stopped unexpectedly: ${text}`, ...located };
}

function portOf(error: unknown): { port?: string } {
  return error instanceof NodeError && error.port !== undefined ? { port: error.port } : {};
}

/** Codes of our own error classes are lower-case words; those of Node.js (`ENOENT`) say nothing to a person. */
function hasCode(error: Error): error is Error & { code: string } {
  return 'code' in error && typeof error.code === 'string' && /^[a-z]+(-[a-z]+)*$/.test(error.code);
}
