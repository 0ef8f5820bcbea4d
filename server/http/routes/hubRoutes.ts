import { hubFactsSchema, hubTokenSchema } from '../../protocol/models.ts';
import type { ModelDownloads } from '../../models/modelDownloads.ts';
import { type Route, route } from '../route.ts';

export interface HubRouteParts {
  readonly downloads: ModelDownloads;
}

/** The hub that models come from, and the access token that it may ask for. */
export function hubRoutes({ downloads: { hub } }: HubRouteParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/hub',
      summary:
        'Where models are downloaded from, and whether there is an access token; never the token itself.',
      answer: hubFactsSchema,
      handle: () => ({ json: hub.facts }),
    }),
    route({
      method: 'put',
      path: '/api/hub/token',
      summary: 'Keeps an access token for the hub in the data folder; null forgets it.',
      body: hubTokenSchema,
      answer: hubFactsSchema,
      errors: ['conflict', 'no-space'],
      handle: async ({ body }) => {
        await hub.setToken(body.token);
        return { json: hub.facts };
      },
    }),
  ];
}
