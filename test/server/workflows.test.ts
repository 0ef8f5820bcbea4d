import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { savedWorkflowSchema, workflowsSchema } from '../../server/protocol/api.ts';
import { documentSchema } from '../../workflows/schema/document.ts';
import { quick } from './fixtures/fakeWorkflow.ts';
import { TestClient } from './fixtures/testClient.ts';
import { TestServer } from './fixtures/testServer.ts';

let server: TestServer;
let client: TestClient;

beforeEach(async () => {
  server = await TestServer.start();
  client = new TestClient(server.url);
});
afterEach(() => server.close());

const path = (name: string) => `/api/workflows/${encodeURIComponent(name)}`;
const list = async () => (await client.get('/api/workflows', workflowsSchema)).workflows;
const saved = async () => (await list()).filter((workflow) => !workflow.template);
const save = async (name: string, headers: Record<string, string> = {}, title = 'Mine') => {
  const answer = await client.send('PUT', path(name), { json: { ...quick, title }, headers });
  return {
    ...answer,
    revision: answer.status === 200 ? savedWorkflowSchema.parse(answer.json).revision : '',
  };
};

it('come back as they were saved, under names in any script', async () => {
  const name = 'Öl und Meer (2)_v1.2';
  const { status, revision } = await save(name);
  expect(status).toBe(200);
  const { headers, json } = await client.send('GET', path(name));
  expect(headers.get('etag')).toBe(`"${revision}"`);
  expect(documentSchema.parse(json)).toEqual({ ...quick, title: 'Mine' });
  expect(await saved()).toMatchObject([{ name, title: 'Mine', nodes: 2, revision, template: false }]);
});

it('are listed beside the templates', async () => {
  expect(await list()).toMatchObject([{ name: 'reconstruction', template: true, nodes: 7 }]);
});

it('keep nodes of unknown types untouched', async () => {
  const node = { ...quick.nodes[0]!, type: 'future/thing', params: { a: { b: [1, null] } } };
  await client.send('PUT', path('x'), { json: { ...quick, nodes: [node] } });
  expect((await client.get(path('x'), documentSchema)).nodes).toEqual([node]);
});

it('of two people who save, the second learns that the first did', async () => {
  const { revision } = await save('shared');
  const mine = await save('shared', { 'If-Match': `"${revision}"` }, 'First');
  expect(mine.status).toBe(200);
  const theirs = await save('shared', { 'If-Match': revision }, 'Second');
  expect(theirs.status).toBe(409);
  expect(theirs.json).toEqual({
    error: { code: 'conflict', message: '"shared" was saved by somebody else since you opened it.' },
  });
  expect(await client.get(path('shared'), documentSchema)).toMatchObject({ title: 'First' });
});

it('saved at the same moment, one wins and the others learn of it', async () => {
  const { revision } = await save('shared');
  const titles = ['a', 'b', 'c', 'd', 'e'];
  const answers = await Promise.all(titles.map((title) => save('shared', { 'If-Match': revision }, title)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
});

it('are not overwritten when a new one is meant', async () => {
  await save('x', { 'If-None-Match': '*' }, 'Old');
  expect((await save('x', { 'If-None-Match': '*' }, 'New')).status).toBe(409);
  expect(await client.get(path('x'), documentSchema)).toMatchObject({ title: 'Old' });
});

it('that were deleted come back, and deleting asks for the revision that is meant', async () => {
  const { revision } = await save('x');
  await save('x', {}, 'Newer');
  expect((await client.send('DELETE', path('x'), { headers: { 'If-Match': revision } })).status).toBe(409);
  expect((await client.send('DELETE', path('x'))).status).toBe(200);
  expect((await client.send('GET', path('x'))).status).toBe(404);
  expect((await client.send('POST', `${path('x')}/restore`)).status).toBe(200);
  expect(await client.get(path('x'), documentSchema)).toMatchObject({ title: 'Newer' });
  expect((await client.send('POST', `${path('x')}/restore`)).status).toBe(409);
  expect((await client.send('POST', `${path('never')}/restore`)).status).toBe(404);
});

it('are renamed, but never onto another', async () => {
  await save('a', {}, 'A');
  await save('b', {}, 'B');
  const rename = (from: string, to: unknown) => client.send('POST', `${path(from)}/rename`, { json: { to } });
  expect((await rename('a', 'b')).status).toBe(409);
  expect((await rename('a', 'c')).status).toBe(200);
  expect((await rename('a', 'd')).status).toBe(404);
  expect((await rename('c', '../d')).status).toBe(400);
  expect((await rename('c', 5)).status).toBe(400);
  expect((await saved()).map(({ name }) => name)).toEqual(['b', 'c']);
});

it('keep their own when a name differs in capitals only', async () => {
  await save('cat', {}, 'Small');
  await save('Cat', {}, 'Large');
  const apart = (await saved()).length === 2;
  const rename = await client.send('POST', `${path('cat')}/rename`, { json: { to: 'Cat' } });
  expect(rename.status).toBe(apart ? 409 : 200);
  expect((await saved()).map(({ title }) => title)).toEqual(apart ? ['Small', 'Large'] : ['Large']);
});

it('tell every client when the list changes', async () => {
  const socket = server.connect();
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const told = new Promise<void>((resolve) => socket.once('workflows', resolve));
  await save('x');
  await expect(told).resolves.toBeUndefined();
});

it.each([
  '../x',
  '..',
  '.hidden',
  'a/b',
  'a\\b',
  'x\0',
  '%2e%2e%2fx',
  'CON',
  'nul.txt',
  'x.',
  'x ',
  'a..b',
  'é'.repeat(150),
  '__proto__',
])('are never called %j', async (name) => {
  for (const method of ['GET', 'PUT', 'DELETE'])
    // 404: ".." never reaches the server, because the browser (and fetch) takes it out of the address.
    expect([400, name === '..' && 404]).toContain(
      (await client.send(method, path(name), method === 'PUT' ? { json: quick } : {})).status,
    );
  expect(await readdir(server.dataFolder)).toEqual([]);
});

it('must be workflows', async () => {
  const put = (json: unknown) => client.send('PUT', path('x'), { json });
  expect((await put({})).status).toBe(422);
  expect((await put({ ...quick, version: 99 })).json).toMatchObject({
    problems: [{ code: 'newer-version' }],
  });
  const [node] = quick.nodes;
  const many = Array.from({ length: 10_000 }, (_, at) => ({ ...node, id: `n${at}` }));
  expect((await put({ ...quick, nodes: many })).json).toMatchObject({ problems: [{ code: 'too-large' }] });
});

it.each(['{"workflow":DEEP}', '{"workflow":{},"overrides":{"a.b":DEEP}}', 'DEEP'])(
  'may be nested as deeply as anybody likes: %s',
  async (body) => {
    const deep = body.replace('DEEP', '['.repeat(50_000) + ']'.repeat(50_000));
    const headers = { 'content-type': 'application/json' };
    const put = await fetch(`${server.url}${path('x')}`, { method: 'PUT', body: deep, headers });
    const post = await fetch(`${server.url}/api/runs`, { method: 'POST', body: deep, headers });
    for (const { status } of [put, post]) expect([400, 422]).toContain(status);
  },
);

it('that somebody damaged on disk stay in the list, and say what is wrong', async () => {
  await save('x');
  await writeFile(join(server.dataFolder, 'workflows', 'broken.json'), '{"format": "impasto-wor');
  await writeFile(join(server.dataFolder, 'workflows', '..hidden.json'), '{}');
  await mkdir(join(server.dataFolder, 'workflows', 'a folder.json'));
  expect(await saved()).toMatchObject([
    { name: 'a folder', nodes: 0, description: expect.stringContaining('cannot be read') },
    { name: 'broken', nodes: 0, description: expect.stringContaining('cannot be read') },
    { name: 'x' },
  ]);
  expect((await client.send('GET', path('broken'))).status).toBe(422);
});

it('refuse bodies that are no JSON or too large, in a sentence', async () => {
  const raw = (body: string, type = 'application/json') =>
    fetch(`${server.url}${path('x')}`, { method: 'PUT', body, headers: { 'content-type': type } });
  expect(await (await raw('{"a":')).json()).toEqual({
    error: { code: 'bad-request', message: expect.stringMatching(/^The body is not valid JSON: .+\.$/) },
  });
  expect((await raw('{}', 'text/plain')).status).toBe(400);
  const large = await raw(JSON.stringify({ text: 'x'.repeat(10 * 1024 * 1024) }));
  expect([large.status, await large.json()]).toMatchObject([413, { error: { code: 'too-large' } }]);
});
