import type { ApiErrorCode } from '../../server/protocol/api.ts';
import type { Problem } from '../../workflows/schema/problem.ts';

/**
 * What the server answers, and what can go wrong on the way: `offline` (no answer), `problems` (a workflow that
 * cannot run; see `problems`), `unexpected` (an answer that this client does not understand).
 */
export type RequestErrorCode = ApiErrorCode | 'offline' | 'problems' | 'unexpected';

/** A request that failed; the message is a sentence for the person. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;
  readonly problems: readonly Problem[];

  constructor(code: RequestErrorCode, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.problems = problems;
  }
}
