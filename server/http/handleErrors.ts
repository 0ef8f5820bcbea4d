import type { ErrorRequestHandler, RequestHandler } from 'express';
import multer from 'multer';
import { refusalSentence } from '../../models/files/refusalSentence.ts';
import { ModelRefusal } from '../models/modelRefusal.ts';
import type { ApiErrorCode } from '../protocol/api.ts';
import { UnsupportedFile } from '../runs/library.ts';
import { StorageError } from '../storage/disk.ts';
import { RevisionConflict } from '../storage/workflowStore.ts';
import { ApiError, WorkflowProblems, statusOf } from './apiError.ts';

/** The last handler: whatever went wrong becomes a code and a sentence; the rest goes to the log, never to the client. */
export function handleErrors(report: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof WorkflowProblems) {
      const { problems, message } = error;
      response.status(422).json({ error: { code: 'bad-request', message }, problems });
      return;
    }
    const { code, message, headers = {} } = describe(error);
    if (code === 'internal') report(error);
    response.set(headers).status(statusOf(code)).json({ error: { code, message } });
  };
}

/** For addresses under /api that nothing answers. */
export const noSuchRoute: RequestHandler = (request, _response, next) => {
  next(new ApiError('not-found', `There is nothing at ${request.method} ${request.baseUrl}${request.path}.`));
};

interface Described {
  readonly code: ApiErrorCode;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function describe(error: unknown): Described {
  if (error instanceof ApiError) return error;
  if (error instanceof ModelRefusal) return { code: error.code, message: error.message };
  if (error instanceof UnsupportedFile) return { code: 'unsupported-file', message: error.message };
  if (error instanceof RevisionConflict) return { code: 'conflict', message: error.message };
  if (error instanceof StorageError)
    return { code: error.code === 'no-space' ? 'no-space' : 'internal', message: error.message };
  if (error instanceof multer.MulterError) return uploadError(error);
  const message = refusalSentence(error) ?? 'Something went wrong in the server; its log says what.';
  return bodyError(error) ?? { code: 'internal', message };
}

function uploadError(error: multer.MulterError): Described {
  if (error.code === 'LIMIT_FILE_SIZE')
    return { code: 'too-large', message: 'The file is too large: a picture may have at most 64 MB.' };
  return { code: 'bad-request', message: 'Send one picture, as the field "file" of a form.' };
}

/** Errors of Express's and multer's parsers carry an HTTP status, or are about a body that ended too early. */
function bodyError(error: unknown): Described | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof RangeError && /call stack/.test(error.message))
    return { code: 'bad-request', message: 'The JSON is nested too deeply.' };
  const { status, type } = error as { status?: unknown; type?: unknown };
  if (type === 'entity.too.large') return { code: 'too-large', message: 'The request is too large.' };
  if (type === 'entity.parse.failed')
    return { code: 'bad-request', message: `The body is not valid JSON: ${error.message}.` };
  if (
    /Unexpected end of form|Request aborted|Malformed part header|Boundary not found|Multipart/i.test(
      error.message,
    )
  )
    return { code: 'bad-request', message: 'The upload ended too early or is not a form.' };
  if (typeof status === 'number' && status >= 400 && status < 500)
    return { code: 'bad-request', message: 'The request cannot be read.' };
  return undefined;
}
