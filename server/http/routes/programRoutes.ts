import { z } from 'zod';
import { documentJsonSchema } from '../../../workflows/schema/documentJsonSchema.ts';
import { documentSchema } from '../../../workflows/schema/document.ts';
import { type SystemInfo, nodesSchema, systemSchema, workflowNameSchema } from '../../protocol/api.ts';
import type { Library } from '../../runs/library.ts';
import { notFound } from '../apiError.ts';
import { type Route, route } from '../route.ts';

export interface ProgramRouteParts {
  readonly library: Library;
  readonly system: () => Promise<SystemInfo>;
}

/** What this Impasto is and can do. */
export function programRoutes({ library, system }: ProgramRouteParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/nodes',
      summary: 'Every node type: ports, parameters, help.',
      answer: nodesSchema,
      handle: () => ({ json: { nodes: [...library.nodes.values()] } }),
    }),
    route({
      method: 'get',
      path: '/api/system',
      summary: 'Version, device, models and the state of the engine.',
      answer: systemSchema,
      handle: async () => ({ json: await system() }),
    }),
    route({
      method: 'get',
      path: '/api/templates/:name',
      summary: 'A workflow that comes with Impasto.',
      params: z.object({ name: workflowNameSchema }),
      answer: documentSchema,
      errors: ['not-found'],
      handle: ({ params: { name } }) => {
        const document = library.templates.get(name);
        if (!document) throw notFound(`template named "${name}"`);
        return { json: document };
      },
    }),
    route({
      method: 'get',
      path: '/api/schema/workflow',
      summary: 'JSON Schema of the workflow file.',
      answer: z.record(z.string(), z.json()),
      handle: () => ({ json: documentJsonSchema() }),
    }),
  ];
}
