import type { z } from 'zod';
import type { ApiErrorCode } from '../protocol/api.ts';

/** What a route gets: everything already checked by its schemas. */
export interface RouteRequest<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** The one file of a multipart request. */
  readonly file: UploadedFile | undefined;
  header(name: string): string | undefined;
}
export interface UploadedFile {
  readonly bytes: Uint8Array;
  /** As the browser sent it: for messages only, never a path. */
  readonly name: string;
}

/** What a route answers. */
export type RouteAnswer =
  | { readonly json: unknown; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly bytes: Uint8Array; readonly type: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly path: string; readonly type: string; readonly headers?: Readonly<Record<string, string>> };

interface RouteFacts {
  readonly method: 'get' | 'put' | 'post' | 'delete';
  /** As Express writes it: `/api/runs/:id`. */
  readonly path: string;
  readonly summary: string;
  /** Of an answer without error; 200 unless told. */
  readonly status?: number;
  /** What a JSON answer looks like, or that it is a picture. */
  readonly answer: z.ZodType | 'picture';
  readonly errors?: readonly ApiErrorCode[];
  /** May answer 422 with problems. */
  readonly problems?: boolean;
  /** Takes multipart/form-data with one `file` instead of JSON. */
  readonly upload?: boolean;
  /** Request headers with a meaning of their own. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route extends RouteFacts {
  readonly params?: z.ZodType | undefined;
  readonly query?: z.ZodType | undefined;
  readonly body?: z.ZodType | undefined;
  handle(request: RouteRequest<unknown, unknown, unknown>): Promise<RouteAnswer> | RouteAnswer;
}

interface TypedRoute<P, Q, B> extends RouteFacts {
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  handle(request: RouteRequest<P, Q, B>): Promise<RouteAnswer> | RouteAnswer;
}

/**
 * One entry of the route table, from which both Express's routing and the OpenAPI document are made. The schemas
 * give the handler's types.
 */
export function route<P = unknown, Q = unknown, B = unknown>(spec: TypedRoute<P, Q, B>): Route {
  // Sound: mountRoutes parses params, query and body with these very schemas before it calls the handler.
  return spec as unknown as Route;
}
