import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { apiErrorSchema, nodesSchema, samplesSchema, systemSchema } from '../../server/protocol/api.ts';
import { problemsSchema } from '../../server/protocol/runs.ts';
import { documentSchema } from '../../workflows/schema/document.ts';
import { TestClient } from './fixtures/testClient.ts';
import { TestServer } from './fixtures/testServer.ts';
import { until } from './fixtures/until.ts';

let server: TestServer;
let client: TestClient;
beforeAll(async () => {
  server = await TestServer.start();
  client = new TestClient(server.url);
});
afterAll(() => server.close());

it('tells the node types', async () => {
  const { nodes } = await client.get('/api/nodes', nodesSchema);
  expect(nodes.map(({ type }) => type)).toContain('diffusion/sample');
});

it('tells what it runs on', async () => {
  await until('the engine is ready', () => server.engine.state === 'ready');
  expect(await client.get('/api/system', systemSchema)).toMatchObject({
    version: '0.0.0',
    device: 'cpu',
    threads: 2,
    models: [{ name: 'builtin', builtin: true }],
    state: { engine: 'ready', queued: 0 },
  });
});

it('hands out templates, the schema of workflows and samples', async () => {
  expect(await client.get('/api/templates/reconstruction', documentSchema)).toMatchObject({
    title: 'Reconstruction',
  });
  expect((await client.send('GET', '/api/templates/nothing')).status).toBe(404);
  expect((await client.send('GET', '/api/templates/..%2fx')).status).toBe(400);
  const schema = await client.get('/api/schema/workflow', z.record(z.string(), z.json()));
  expect(schema).toMatchObject({ title: 'Impasto workflow', type: 'object' });
  expect(await client.get('/api/samples', samplesSchema)).toEqual({ samples: [] });
  expect((await client.send('GET', '/api/samples/lake.jpg')).status).toBe(404);
});

it('describes itself: every operation of the OpenAPI document is there, with its errors', async () => {
  const document = await client.get(
    '/api/openapi.json',
    z.object({
      openapi: z.literal('3.1.0'),
      paths: z.record(
        z.string(),
        z.record(z.string(), z.object({ summary: z.string(), responses: z.record(z.string(), z.unknown()) })),
      ),
    }),
  );
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  expect(operations.length).toBeGreaterThan(20);
  for (const { path, method, operation } of operations) {
    expect(operation.responses).toHaveProperty('403');
    const address = path.replaceAll('{id}', '00000000nosuchrun').replaceAll(/\{\w+\}/g, '1');
    const { status, json } = await client.send(method.toUpperCase(), address);
    // An address that nothing answers says so in other words.
    expect(JSON.stringify(json ?? '')).not.toContain('There is nothing at');
    expect(Object.keys(operation.responses)).toContain(String(status));
  }
});

it('describes what is wrong with a workflow as it answers it', async () => {
  const problems = z.strictObject({ ...apiErrorSchema.shape, ...problemsSchema.shape });
  const { status, json } = await client.send('POST', '/api/runs', { json: { workflow: null } });
  expect([status, problems.safeParse(json).error]).toEqual([422, undefined]);
  const described = z.object({
    components: z.object({ schemas: z.object({ Problems: z.object({ required: z.array(z.string()) }) }) }),
  });
  const { components } = await client.get('/api/openapi.json', described);
  expect(components.schemas.Problems.required).toEqual(['error', 'problems']);
});

it('says in plain words what a request lacks', async () => {
  const message = async (json: object) =>
    apiErrorSchema.parse((await client.send('POST', '/api/runs', { json })).json).error.message;
  expect(await message({})).toBe('In the request\'s body "workflow": it is missing.');
  expect(await message([])).toBe("In the request's body: expected object, received array.");
});

it('answers what is not there in a sentence, without a stack', async () => {
  for (const path of ['/api', '/api/nothing', '/nothing', '/api/runs/x/y/z', '/api/%zz']) {
    const { status, json } = await client.send('GET', path);
    expect([400, 404]).toContain(status);
    expect(JSON.stringify(json)).not.toMatch(/node_modules|\.ts:/);
  }
});

it('serves the page, or says that it is not built', async () => {
  const response = await fetch(server.url);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('the editor is not built');
});
