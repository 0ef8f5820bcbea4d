import { z } from 'zod';
import { type ApiErrorCode, apiErrorSchema } from '../protocol/api.ts';
import { problemsSchema } from '../protocol/runs.ts';
import { statusOf } from './apiError.ts';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

/** OpenAPI 3.1 document of the route table. */
export function openApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Impasto', version, license: { name: 'MIT' } },
    paths,
    components: {
      schemas: {
        Error: toJson(apiErrorSchema),
        Problems: toJson(apiErrorSchema.extend(problemsSchema.shape)),
      },
    },
  };
}

function operation(route: Route): Json {
  const parameters = [
    ...parametersOf(route.params, 'path'),
    ...parametersOf(route.query, 'query'),
    ...Object.entries(route.headers ?? {}).map(([name, description]) => ({
      name,
      in: 'header',
      description,
      required: false,
      schema: { type: 'string' },
    })),
  ];
  const body = bodyOf(route);
  return {
    summary: route.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: body } }),
    responses: responsesOf(route),
  };
}

function bodyOf(route: Route): Json | undefined {
  if (route.upload) {
    const schema = {
      type: 'object',
      properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
      required: ['file'],
    };
    return { 'multipart/form-data': { schema } };
  }
  return route.body && { 'application/json': { schema: toJson(route.body) } };
}

function responsesOf(route: Route): Json {
  const content =
    route.answer === 'picture'
      ? { 'image/*': { schema: { type: 'string', contentMediaType: 'image/*' } } }
      : { 'application/json': { schema: toJson(route.answer, 'output') } };
  const takesInput = route.params ?? route.query ?? route.body ?? route.upload;
  const codes: ApiErrorCode[] = [
    ...(takesInput ? (['bad-request'] as const) : []),
    ...(route.errors ?? []),
    'forbidden-origin',
    'internal',
  ];
  const errors = codes.map((code) => [String(statusOf(code)), reference('Error', code)] as const);
  return {
    [String(route.status ?? 200)]: { description: route.summary, content },
    ...Object.fromEntries(errors),
    ...(route.problems && { '422': reference('Problems', 'Every problem of the workflow.') }),
  };
}

function reference(name: string, description: string): Json {
  const schema = { $ref: `#/components/schemas/${name}` };
  return { description, content: { 'application/json': { schema } } };
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = toJson(schema) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    schema: property,
    required: place === 'path' || required.includes(name),
  }));
}

function toJson(schema: z.ZodType, io: 'input' | 'output' = 'input'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return json;
}
