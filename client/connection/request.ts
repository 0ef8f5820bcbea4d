import { z } from 'zod';
import { apiErrorSchema } from '../../server/protocol/api.ts';
import { problemsSchema } from '../../server/protocol/runs.ts';
import { texts } from '../texts/en.ts';
import { RequestError } from './requestError.ts';

export interface RequestOptions {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly json?: unknown;
  readonly body?: FormData;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Answer<T> {
  readonly value: T;
  /** The entity tag, without quotes: a workflow's revision. */
  readonly tag: string | undefined;
}

/** What an answer without content is read as. */
export const nothing = z.unknown();

/** Sends a request and reads its JSON answer with the schema. Throws RequestError, whatever goes wrong. */
export async function request<T>(
  path: string,
  schema: z.ZodType<T>,
  options: RequestOptions = {},
): Promise<Answer<T>> {
  const response = await send(path, options);
  const json = await readJson(response);
  if (!response.ok) throw errorOf(response.status, json);
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new RequestError('unexpected', texts.errors.unexpectedAnswer(path));
  return { value: parsed.data, tag: response.headers.get('etag')?.replace(/^(W\/)?"|"$/g, '') };
}

async function send(path: string, options: RequestOptions): Promise<Response> {
  const { json, body, headers = {}, signal, method = 'GET' } = options;
  const type: Record<string, string> = json === undefined ? {} : { 'Content-Type': 'application/json' };
  try {
    return await fetch(path, {
      method,
      headers: { Accept: 'application/json', ...type, ...headers },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(body ? { body } : {}),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new RequestError('offline', texts.errors.offline);
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorOf(status: number, json: unknown): RequestError {
  const problems = problemsSchema.safeParse(json);
  const error = apiErrorSchema.safeParse(json);
  if (problems.success) {
    const list = problems.data.problems;
    const message = list[0]?.message ?? texts.errors.status(status);
    return new RequestError(
      'problems',
      list.length === 1 ? message : texts.errors.problems(list.length),
      list,
    );
  }
  if (error.success) return new RequestError(error.data.error.code, error.data.error.message);
  // A proxy's or development server's answer: ours always says what it is.
  if (status === 502 || status === 504) return new RequestError('offline', texts.errors.offline);
  return new RequestError('unexpected', texts.errors.status(status));
}
