import type { Problem } from '../../workflows/schema/problem.ts';
import type { ApiErrorCode } from '../protocol/api.ts';

const STATUS: Readonly<Record<ApiErrorCode, number>> = {
  'bad-request': 400,
  'not-found': 404,
  'too-large': 413,
  'unsupported-file': 415,
  conflict: 409,
  'forbidden-origin': 403,
  'no-space': 507,
  'engine-unavailable': 503,
  internal: 500,
};

/** HTTP status of an error code. */
export const statusOf = (code: ApiErrorCode): number => STATUS[code];

/** An answer that is an error; the message is a sentence for people. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ApiErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.headers = headers;
  }
}

/** 422: a workflow that cannot be used, with every problem found. */
export class WorkflowProblems extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.length === 1 ? problems[0]!.message : `The workflow has ${problems.length} problems.`);
    this.name = 'WorkflowProblems';
    this.problems = problems;
  }
}

export const notFound = (what: string): ApiError => new ApiError('not-found', `There is no ${what}.`);
