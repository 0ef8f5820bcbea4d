import { afterEach, beforeEach, expect, it } from 'vitest';
import { runsSchema, stepsSchema } from '../../server/protocol/api.ts';
import { runStartedSchema } from '../../server/protocol/runs.ts';
import type { ModelSummary } from '../../server/protocol/models.ts';
import { fakeLibrary } from './fixtures/fakeLibrary.ts';
import { endless, fakeWorkflow, quick } from './fixtures/fakeWorkflow.ts';
import { TestClient } from './fixtures/testClient.ts';
import { TestServer } from './fixtures/testServer.ts';

let server: TestServer;
let client: TestClient;

beforeEach(async () => {
  server = await TestServer.start();
  client = new TestClient(server.url);
});
afterEach(() => server.close());

const post = (path: string, json?: unknown) => client.send('POST', path, { json });
const list = (query = '') => client.get(`/api/runs${query}`, runsSchema);

it('go from the workflow to a saved picture', async () => {
  const record = await client.runIsOver(await client.start(quick));
  expect(record).toMatchObject({
    state: 'done',
    title: 'A test',
    device: 'cpu',
    versions: { impasto: '0.0.0', fake: '1' },
    models: [{ name: 'builtin', title: 'Built-in', hash: 'abc' }],
    nodes: { sampler: { state: 'done' }, result: { state: 'done' } },
    pictures: [{ node: 'result', slot: 'image', name: 'result', width: 64, height: 48 }],
    workflow: quick,
  });
  expect(record.nodes['sampler']!.milliseconds).toBeGreaterThan(0);
  expect(Date.parse(record.finished!)).toBeGreaterThanOrEqual(Date.parse(record.started!));
  expect(record.thumbnail).toBe(record.pictures[0]!.file);

  const picture = await client.send('GET', `/api/files/${record.thumbnail}`);
  expect(picture.headers.get('content-type')).toBe('image/png');
  expect(picture.headers.get('cache-control')).toContain('immutable');
  expect(picture.headers.get('x-content-type-options')).toBe('nosniff');
});

it('keep every step with its picture, also one that came late', async () => {
  const id = await client.start(quick);
  await client.runIsOver(id);
  const { steps } = await client.get(`/api/runs/${id}/steps`, stepsSchema);
  expect(steps).toMatchObject([1, 2, 3].map((step) => ({ node: 'sampler', step, of: 3, hasPicture: true })));
  expect(new Set(steps.map(({ seq }) => seq)).size).toBe(3);
  for (const { seq } of steps) {
    const picture = await client.send('GET', `/api/runs/${id}/steps/${seq}/picture`);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
  }
  expect((await client.send('GET', `/api/runs/${id}/steps/9999/picture`)).status).toBe(404);
  expect((await client.send('GET', `/api/runs/${id}/steps/..%2f..%2frun/picture`)).status).toBe(400);
});

it('have their step pictures made as asked for, also when run again', async () => {
  const previews = { kind: 'full', every: 3 };
  const answer = await post('/api/runs', { workflow: quick, previews });
  const first = await client.runIsOver(runStartedSchema.parse(answer.json).id);
  expect(first).toMatchObject({ previews, warnings: ['Pictures every 3 steps.'] });
  const again = await post(`/api/runs/${first.id}/again`);
  const second = await client.runIsOver(runStartedSchema.parse(again.json).id);
  expect(second).toMatchObject({ previews, warnings: ['Pictures every 3 steps.'] });
  for (const wrong of [{ kind: 'best' }, { kind: 'full', every: 0 }, { kind: 'tiny' }])
    expect((await post('/api/runs', { workflow: quick, previews: wrong })).status).toBe(400);
});

it('say what tells them from the run before', async () => {
  const other = fakeWorkflow({ sampler: { type: 'steps-sample', steps: 2 }, result: { type: 'keep-save' } });
  for (const workflow of [quick, quick, other]) await client.runIsOver(await client.start(workflow));
  const steps = { node: 'sampler', type: 'fake/steps-sample', param: 'steps', value: '2' };
  expect((await list()).runs.map(({ changes }) => changes)).toEqual([
    { values: [steps], rewired: false },
    { values: [], rewired: false },
    undefined,
  ]);
});

it('wait for each other, in order', async () => {
  const first = await client.start(endless);
  const others = [await client.start(quick), await client.start(quick)];
  await client.runIs(first, 'running');
  expect((await list()).runs).toMatchObject([
    { id: others[1], state: 'queued', queuePosition: 2 },
    { id: others[0], state: 'queued', queuePosition: 1 },
    { id: first, state: 'running' },
  ]);
  await post(`/api/runs/${first}/cancel`);
  const [second, third] = await Promise.all(others.map((id) => client.runIsOver(id)));
  expect(Date.parse(second!.finished!)).toBeLessThanOrEqual(Date.parse(third!.started!));
});

it('are cancelled between steps, or while they wait', async () => {
  const going = await client.start(endless);
  const waiting = await client.start(endless);
  await client.runIs(going, 'running');
  expect((await post(`/api/runs/${waiting}/cancel`)).status).toBe(202);
  expect(await client.run(waiting)).toMatchObject({
    state: 'cancelled',
    nodes: { sampler: { state: 'skipped' } },
  });
  expect((await post(`/api/runs/${going}/cancel`)).status).toBe(202);
  expect(await client.runIsOver(going)).toMatchObject({
    state: 'cancelled',
    nodes: { sampler: { state: 'skipped' } },
  });
  expect((await post(`/api/runs/${going}/cancel`)).status).toBe(409);
  expect((await post('/api/runs/00000000nosuchrun/cancel')).status).toBe(404);
  expect(server.engine.state).toBe('ready');
});

it('that fail say which node and why, and the next one works', async () => {
  const id = await client.start(fakeWorkflow({ a: { type: 'throw' }, b: { type: 'keep-save' } }));
  const error = { code: 'bad-picture', message: 'This picture cannot be used.', node: 'a' };
  expect(await client.runIsOver(id)).toMatchObject({
    state: 'failed',
    error,
    nodes: { a: { state: 'failed', error }, b: { state: 'skipped' } },
  });
  expect(await client.runIsOver(await client.start(quick))).toMatchObject({ state: 'done' });
});

it('are refused with every problem at once', async () => {
  const broken = fakeWorkflow({ a: { type: 'nothing' }, b: { type: 'keep-save', steps: -1 } });
  const { status, json } = await post('/api/runs', { workflow: broken, overrides: { 'c.steps': 1 } });
  expect(status).toBe(422);
  expect(json).toMatchObject({
    problems: expect.arrayContaining([
      expect.objectContaining({ code: 'unknown-node-type', node: 'a' }),
      expect.objectContaining({ code: 'bad-parameter', node: 'b', port: 'steps' }),
      expect.objectContaining({ code: 'unknown-parameter' }),
    ]),
  });
  const pointing = {
    ...quick.nodes[0]!,
    id: 'load',
    type: 'image/load',
    params: { image: '../../etc/passwd' },
  };
  const preview = { ...pointing, id: 'preview', type: 'image/preview', params: {} };
  const link = { from: { node: 'load', port: 'image' }, to: { node: 'preview', port: 'image' } };
  expect(
    (await post('/api/runs', { workflow: { ...quick, nodes: [pointing, preview], links: [link] } })).json,
  ).toMatchObject({ problems: [{ code: 'missing-file', node: 'load', port: 'image' }] });
  expect((await list()).runs).toEqual([]);
});

it('take overrides, and record the workflow with them', async () => {
  const overrides = { 'sampler.steps': 5 };
  const id = runStartedSchema.parse((await post('/api/runs', { workflow: quick, overrides })).json).id;
  expect((await client.runIsOver(id)).workflow).toMatchObject({ nodes: [{ params: { steps: 5 } }, {}] });
  expect((await client.get(`/api/runs/${id}/steps`, stepsSchema)).steps).toHaveLength(5);
});

it('run again, are deleted and come back', async () => {
  const id = await client.start(quick);
  await client.runIsOver(id);
  const again = runStartedSchema.parse((await post(`/api/runs/${id}/again`)).json).id;
  expect((await client.runIsOver(again)).workflow).toEqual(quick);
  expect((await client.send('DELETE', `/api/runs/${id}`)).status).toBe(200);
  expect((await client.send('GET', `/api/runs/${id}`)).status).toBe(404);
  expect((await list()).runs.map((run) => run.id)).toEqual([again]);
  expect((await post(`/api/runs/${id}/restore`)).status).toBe(200);
  expect((await client.run(id)).state).toBe('done');
  expect((await post(`/api/runs/${id}/restore`)).status).toBe(404);
  expect((await post('/api/runs/00000000nosuchrun/again')).status).toBe(404);
});

it('that are going cannot be deleted, those that wait can', async () => {
  const going = await client.start(endless);
  const waiting = await client.start(quick);
  await client.runIs(going, 'running');
  expect((await client.send('DELETE', `/api/runs/${going}`)).status).toBe(409);
  expect((await client.send('DELETE', `/api/runs/${waiting}`)).status).toBe(200);
  expect((await list()).runs.map((run) => run.id)).toEqual([going]);
});

it('are listed newest first, in pages', async () => {
  const going = await client.start(endless);
  const ids = [going];
  for (let i = 0; i < 4; i++) ids.unshift(await client.start(quick));
  const first = await list('?limit=2');
  expect(first).toMatchObject({ more: true, runs: [{ id: ids[0] }, { id: ids[1] }] });
  const rest = await list(`?limit=3&before=${ids[1]}`);
  expect(rest).toMatchObject({ more: false, runs: [{ id: ids[2] }, { id: ids[3] }, { id: ids[4] }] });
  expect((await client.send('GET', '/api/runs?limit=0')).status).toBe(400);
  expect((await client.send('GET', '/api/runs?before=../x')).status).toBe(400);
});

it('whose numbers are not finite stay readable', async () => {
  const id = await client.start(fakeWorkflow({ sampler: { type: 'diverging-sample', steps: 3 } }));
  const record = await client.runIsOver(id);
  expect(record.nodes['sampler']!.notes).toEqual({ kind: 'diverging' });
  await server.stop();
  server = await TestServer.start({ dataFolder: server.dataFolder });
  client = new TestClient(server.url);
  const { steps } = await client.get(`/api/runs/${id}/steps`, stepsSchema);
  expect(steps.map(({ values }) => values)).toEqual([{}, {}, {}]);
});

it('keep the losses of an optimisation by name, without those that are no numbers', async () => {
  const id = await client.start(fakeWorkflow({ sampler: { type: 'diverging-optimise', steps: 2 } }));
  await client.runIsOver(id);
  await server.stop();
  server = await TestServer.start({ dataFolder: server.dataFolder });
  client = new TestClient(server.url);
  const { steps } = await client.get(`/api/runs/${id}/steps`, stepsSchema);
  const told = steps.map((step) => ({ losses: 'losses' in step && step.losses, picture: step.hasPicture }));
  expect(told).toEqual([1, 0.5].map((total) => ({ losses: { total }, picture: true })));
});

it('keep which models really ran, and run again with the same ones', async () => {
  const keep = fakeLibrary.nodes.get('fake/keep-save')!;
  const model = fakeLibrary.nodes.get('diffusion/load-model')!.parameters[0]!;
  const node = { ...keep, parameters: [model] };
  const here = {
    name: 'mine.ckpt',
    title: 'Mine',
    builtin: false,
    layout: 'single-file',
    bytes: 4,
    linked: false,
    downloaded: false,
  } as const;
  const models: ModelSummary[] = [{ ...here, hash: 'a'.repeat(64) }];
  const withModels = await TestServer.start({
    library: {
      ...fakeLibrary,
      nodes: new Map([...fakeLibrary.nodes, [node.type, node]]),
      models: () => Promise.resolve(models),
    },
  });
  try {
    const other = new TestClient(withModels.url);
    const asked = fakeWorkflow({ result: { type: 'keep-save' } });
    asked.nodes[0]!.params = { model: 'theirs.ckpt' };
    const workflow = { ...asked, models: { 'theirs.ckpt': { hash: 'a'.repeat(64) } } };
    const record = await other.runIsOver(await other.start(workflow));
    expect(record.warnings).toEqual([
      'The model "theirs.ckpt" is called "mine.ckpt" here; that one was used.',
    ]);
    expect(record.workflow).toMatchObject({
      nodes: [{ params: { model: 'mine.ckpt' } }],
      models: { 'mine.ckpt': { title: 'Mine', hash: 'a'.repeat(64) } },
    });
    // A model that is read through only while the run goes on.
    models[0] = here;
    const slow = fakeWorkflow({
      sampler: { type: 'steps-sample', delay: 50 },
      result: { type: 'keep-save' },
    });
    slow.nodes[1]!.params = { model: 'mine.ckpt' };
    const started = await other.start(slow);
    models[0] = { ...here, hash: 'a'.repeat(64) };
    expect((await other.runIsOver(started)).workflow).toMatchObject({
      models: { 'mine.ckpt': { bytes: 4, hash: 'a'.repeat(64) } },
    });
    models[0] = { ...here, hash: 'b'.repeat(64) };
    const again = await other.send('POST', `/api/runs/${record.id}/again`);
    expect(again.status).toBe(422);
    expect(again.json).toMatchObject({ problems: [{ code: 'other-model', node: 'result', port: 'model' }] });
  } finally {
    await withModels.close();
  }
});
