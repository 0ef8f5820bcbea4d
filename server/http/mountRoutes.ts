import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import multer from 'multer';
import type { z } from 'zod';
import { LIMITS } from '../../workflows/schema/document.ts';
import { ApiError } from './apiError.ts';
import type { Route, RouteAnswer } from './route.ts';
import { takeTurns } from './takeTurns.ts';

export const UPLOAD_LIMIT = 64 * 1024 * 1024;
/** A workflow and some overrides around it. */
const BODY_LIMIT = LIMITS.documentBytes + 1024 * 1024;

const readJson = express.json({ limit: BODY_LIMIT });
/** Uploads that are in memory at a time. */
const UPLOADS_AT_ONCE = 4;
const parseUpload = multer({
  storage: multer.memoryStorage(),
  limits: { fileSize: UPLOAD_LIMIT, files: 1, fields: 4, fieldSize: 1_000, parts: 5 },
}).single('file');

/** Puts the route table behind an Express app; requests reach a handler only when its schemas take them. */
export function mountRoutes(app: Express, routes: readonly Route[]): void {
  const readUpload = takeTurns(parseUpload, UPLOADS_AT_ONCE);
  for (const route of routes) {
    const readers: RequestHandler[] = [];
    if (route.body) readers.push(readJson);
    if (route.upload) readers.push(readUpload);
    app[route.method](route.path, ...readers, async (request, response) => {
      send(response, await answer(route, request), route.status ?? 200);
    });
  }
}

async function answer(route: Route, request: Request): Promise<RouteAnswer> {
  const { file } = request;
  return route.handle({
    params: check(route.params, request.params, 'address'),
    query: check(route.query, request.query, 'query'),
    body: check(route.body, request.body, 'body'),
    file: file && { bytes: file.buffer, name: file.originalname },
    header: (name) => request.get(name),
  });
}

function check(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined;
  if (where === 'body' && value === undefined)
    throw new ApiError('bad-request', 'The request needs a JSON body (Content-Type: application/json).');
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const field = issue.path.length > 0 ? ` "${issue.path.join('.')}"` : '';
  const missing = issue.message.endsWith('received undefined');
  const sentence = missing ? 'it is missing' : issue.message.replace(/^Invalid input: /, '');
  throw new ApiError('bad-request', `In the request's ${where}${field}: ${sentence}.`);
}

function send(response: Response, result: RouteAnswer, status: number): void {
  response.set(result.headers ?? {});
  if ('json' in result) {
    if (!response.get('Cache-Control')) response.set('Cache-Control', 'no-store');
    response.status(result.status ?? status).json(result.json);
  } else if ('bytes' in result) {
    response.status(status).type(result.type).send(Buffer.from(result.bytes));
  } else {
    // `path` was made by a store from a name that it checked.
    response.type(result.type).sendFile(result.path, { dotfiles: 'allow', cacheControl: false }, (error) => {
      if (!error || response.headersSent) return;
      // A range beyond the file's end, or a file that went away after it was found.
      const status = 'status' in error && error.status === 416 ? 416 : 404;
      response.removeHeader('Cache-Control');
      response.removeHeader('Content-Type');
      response.status(status).end();
    });
  }
}
