import { z } from 'zod';
import type { ModelDownloads } from '../../models/modelDownloads.ts';
import {
  downloadIdSchema,
  downloadRequestSchema,
  downloadSchema,
  downloadsSchema,
  removeDownloadQuerySchema,
} from '../../protocol/models.ts';
import { type Route, route } from '../route.ts';

export interface DownloadRouteParts {
  readonly downloads: ModelDownloads;
}

/** Downloads of models: start or go on, look at, stop. */
export function downloadRoutes({ downloads }: DownloadRouteParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/downloads',
      summary: 'Downloads of models: going on, waiting, ended, and those that can be taken up again.',
      answer: downloadsSchema,
      handle: () => ({ json: { downloads: downloads.list() } }),
    }),
    route({
      method: 'post',
      path: '/api/downloads',
      summary: 'Downloads a model of the catalogue or of the hub, going on where an earlier attempt stopped.',
      body: downloadRequestSchema,
      status: 202,
      answer: downloadSchema,
      errors: ['not-found', 'conflict', 'no-space'],
      handle: async ({ body }) => ({ json: await downloads.start(body) }),
    }),
    route({
      method: 'delete',
      path: '/api/downloads/:id',
      summary: 'Stops a download and keeps what it has received; discard=true removes that, too.',
      params: z.object({ id: downloadIdSchema }),
      query: removeDownloadQuerySchema,
      answer: z.object({ ok: z.literal(true) }),
      errors: ['not-found'],
      handle: async ({ params, query }) => {
        await downloads.cancel(params.id, { discard: query.discard === 'true' });
        return { json: { ok: true } };
      },
    }),
  ];
}
