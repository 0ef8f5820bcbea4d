import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { z } from 'zod';
import { handleErrors, noSuchRoute } from './handleErrors.ts';
import { mountRoutes } from './mountRoutes.ts';
import { openApi } from './openApi.ts';
import { type originPolicy, refuseForeign } from './originPolicy.ts';
import { type Route, route } from './route.ts';
import { type DownloadRouteParts, downloadRoutes } from './routes/downloadRoutes.ts';
import { hubRoutes } from './routes/hubRoutes.ts';
import { type InspectionRouteParts, inspectionRoutes } from './routes/inspectionRoutes.ts';
import { type ModelRouteParts, modelRoutes } from './routes/modelRoutes.ts';
import { type PictureRouteParts, pictureRoutes } from './routes/pictureRoutes.ts';
import { type ProgramRouteParts, programRoutes } from './routes/programRoutes.ts';
import { type RunRouteParts, runRoutes } from './routes/runRoutes.ts';
import { type TokenRouteParts, tokenRoutes } from './routes/tokenRoutes.ts';
import { type WorkflowRouteParts, workflowRoutes } from './routes/workflowRoutes.ts';

export type AppParts = DownloadRouteParts &
  ModelRouteParts &
  PictureRouteParts &
  ProgramRouteParts &
  InspectionRouteParts &
  RunRouteParts &
  TokenRouteParts &
  WorkflowRouteParts & {
    readonly version: string;
    readonly policy: ReturnType<typeof originPolicy>;
    /** The built editor; the API works without it. */
    readonly clientFolder: string;
    /** Gets what went wrong inside, for the log. */
    readonly report: (error: unknown) => void;
  };

/** The HTTP side of the service: the API of the route table, and the editor's files. */
export function createApp(parts: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(protections());
  app.use(refuseForeign(parts.policy));
  mountRoutes(app, routeTable(parts));
  app.use('/api', noSuchRoute);
  serveEditor(app, parts.clientFolder);
  app.use(noSuchRoute);
  app.use(handleErrors(parts.report));
  return app;
}

function routeTable(parts: AppParts): Route[] {
  const routes = [
    ...programRoutes(parts),
    ...workflowRoutes(parts),
    ...modelRoutes(parts),
    ...downloadRoutes(parts),
    ...hubRoutes(parts),
    ...pictureRoutes(parts),
    ...runRoutes(parts),
    ...inspectionRoutes(parts),
    ...tokenRoutes(parts),
  ];
  const document = route({
    method: 'get',
    path: '/api/openapi.json',
    summary: 'This API as an OpenAPI document.',
    answer: z.record(z.string(), z.json()),
    handle: () => ({ json: openApi(routes, parts.version) }),
  });
  routes.push(document);
  return routes;
}

/** A Vite-built Vue app needs no inline scripts; Vue sets inline styles; previews are blob: and data: pictures. */
function protections(): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        workerSrc: ["'self'", 'blob:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'blob:', 'data:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", 'blob:', 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Served over plain HTTP on a person's own machine: no upgrade, no promise to stay on HTTPS.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  });
}

function serveEditor(app: Express, folder: string): void {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/', (_request, response) => {
      response.type('text').send('Impasto is running, but the editor is not built (npm run build).\n');
    });
    return;
  }
  // Vite puts a hash of the content into the names of assets; index.html must always be asked for anew.
  app.use('/assets', express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false }));
  app.use(
    express.static(folder, {
      cacheControl: false,
      setHeaders: (r) => r.setHeader('Cache-Control', 'no-cache'),
    }),
  );
}
