import { errorCode } from './errorCode.ts';

/** Whether a file operation failed because there is nothing at that path. */
export function isAbsent(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/**
 * For `.catch` behind a file operation: what is not there is taken for `value`. What the system refuses (no permission, a
 * disk that fails, links in a circle) is thrown on: it is there, and must not be taken for absent.
 */
export const ifAbsent =
  <Value>(value: Value) =>
  (error: unknown): Value => {
    if (isAbsent(error)) return value;
    throw error;
  };
