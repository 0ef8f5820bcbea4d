import { z } from 'zod';
import type { ModelLibrary } from '../../models/modelLibrary.ts';
import {
  addModelSchema,
  addedModelSchema,
  catalogueSchema,
  modelNameSchema,
  modelsSchema,
  removeModelQuerySchema,
  verifiedModelSchema,
  verifyModelSchema,
} from '../../protocol/models.ts';
import { type Route, route } from '../route.ts';

const done = z.object({ ok: z.literal(true) });

export interface ModelRouteParts {
  readonly models: ModelLibrary;
}

/** The models here and those to be had: list, add by reference, remove, verify. */
export function modelRoutes({ models }: ModelRouteParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/models',
      summary: 'The models that there are. What one is and its hash follow once it has been read.',
      answer: modelsSchema,
      handle: async () => ({ json: { models: await models.list() } }),
    }),
    route({
      method: 'get',
      path: '/api/models/catalogue',
      summary: "Published models that can be had, and a person's own additions.",
      answer: catalogueSchema,
      handle: async () => ({ json: await models.catalogue() }),
    }),
    route({
      method: 'post',
      path: '/api/models',
      summary: "Adds a file or folder of the server's machine by reference; nothing is copied.",
      body: addModelSchema,
      status: 201,
      answer: addedModelSchema,
      errors: ['not-found', 'conflict', 'no-space'],
      handle: async ({ body }) => ({ json: { name: await models.add(body) } }),
    }),
    route({
      method: 'delete',
      path: '/api/models/:name',
      summary:
        'Forgets a model that was added by reference, or deletes one that was downloaded; any other only with delete=true.',
      params: z.object({ name: modelNameSchema }),
      query: removeModelQuerySchema,
      answer: done,
      errors: ['not-found', 'conflict'],
      handle: async ({ params, query }) => {
        await models.remove(params.name, { force: query.delete === 'true' });
        return { json: { ok: true } };
      },
    }),
    route({
      method: 'post',
      path: '/api/models/verify',
      summary: 'Reads a model from end to end and compares it with what was published.',
      body: verifyModelSchema,
      answer: verifiedModelSchema,
      errors: ['not-found'],
      handle: async ({ body }) => ({ json: await models.verify(body.name) }),
    }),
  ];
}
