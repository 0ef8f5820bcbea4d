import { afterEach, expect, it } from 'vitest';
import { systemSchema } from '../../server/protocol/api.ts';
import { endless, fakeWorkflow, quick } from './fixtures/fakeWorkflow.ts';
import { TestClient } from './fixtures/testClient.ts';
import { TestServer } from './fixtures/testServer.ts';
import { until } from './fixtures/until.ts';

let server: TestServer;
let client: TestClient;

async function start(options: Parameters<typeof TestServer.start>[0] = {}): Promise<void> {
  server = await TestServer.start(options);
  client = new TestClient(server.url);
}
afterEach(() => server.close());

it('a kill -9 of the engine in mid-run fails that run, names the node, and the next run works', async () => {
  await start();
  const id = await client.start(endless);
  const next = await client.start(quick);
  await until('the sampler is at work', async () => (await client.run(id)).nodes['sampler']?.step);
  process.kill(server.engine.pid!, 'SIGKILL');
  const record = await client.runIsOver(id);
  expect(record).toMatchObject({ state: 'failed', error: { code: 'engine-crashed', node: 'sampler' } });
  expect(record.error!.message).toMatch(/SIGKILL while "sampler" was running/);
  expect(record.nodes['sampler']).toMatchObject({ state: 'failed', error: { code: 'engine-crashed' } });
  expect((await client.runIsOver(next)).state).toBe('done');
});

it('an engine that ends by itself tells what it said last', async () => {
  await start();
  const record = await client.runIsOver(await client.start(fakeWorkflow({ a: { type: 'exit' } })));
  expect(record.error!.message).toMatch(/exit code 7 while "a" was running.*out of ideas/);
  expect((await client.runIsOver(await client.start(quick))).state).toBe('done');
});

it('an engine that does not answer a cancel is ended, and the run is cancelled', async () => {
  await start();
  const id = await client.start(fakeWorkflow({ a: { type: 'hang' } }));
  await until('the node hangs', async () => (await client.run(id)).nodes['a']?.state === 'running');
  const { pid } = server.engine;
  await client.send('POST', `/api/runs/${id}/cancel`);
  expect(await client.runIsOver(id)).toMatchObject({
    state: 'cancelled',
    nodes: { a: { state: 'skipped' } },
  });
  expect((await client.runIsOver(await client.start(quick))).state).toBe('done');
  expect(server.engine.pid).not.toBe(pid);
});

it('an engine that has something to keep is given the time for it', async () => {
  await start();
  const id = await client.start(fakeWorkflow({ a: { type: 'keeping' } }));
  await until('the node is at work', async () => (await client.run(id)).nodes['a']?.state === 'running');
  const { pid } = server.engine;
  await client.send('POST', `/api/runs/${id}/cancel`);
  expect(await client.runIsOver(id)).toMatchObject({ state: 'cancelled' });
  expect(server.engine.pid).toBe(pid);
});

it('an idle engine that answers no pings is replaced', async () => {
  await start();
  const { pid } = server.engine;
  await until('the engine is ready', () => server.engine.state === 'ready');
  process.kill(pid!, 'SIGSTOP');
  await until('another engine is ready', () => server.engine.state === 'ready' && server.engine.pid !== pid);
  expect((await client.runIsOver(await client.start(quick))).state).toBe('done');
});

it('a run that an engine did not live to take is taken by the next one', async () => {
  await start();
  await until('the engine is ready', () => server.engine.state === 'ready');
  const { pid } = server.engine;
  process.kill(pid!, 'SIGSTOP');
  const id = await client.start(quick);
  await client.runIs(id, 'running');
  process.kill(pid!, 'SIGKILL');
  expect(await client.runIsOver(id)).toMatchObject({ state: 'done', nodes: { sampler: { state: 'done' } } });
});

it('an engine that cannot start fails the runs that wait, with what it said', async () => {
  process.env['FAKE_ENGINE'] = 'broken';
  try {
    await start();
    const id = await client.start(quick);
    expect(await client.runIsOver(id)).toMatchObject({
      state: 'failed',
      error: { code: 'engine-unavailable', message: expect.stringContaining('the fake engine is broken') },
    });
    expect(await client.get('/api/system', systemSchema)).toMatchObject({ state: { engine: 'restarting' } });
  } finally {
    delete process.env['FAKE_ENGINE'];
  }
  await until('the engine is ready', () => server.engine.state === 'ready');
  expect((await client.runIsOver(await client.start(quick))).state).toBe('done');
});

it('the server answers at once, before its engine is up', async () => {
  await start();
  const id = await client.start(quick);
  expect(['queued', 'running', 'done']).toContain((await client.run(id)).state);
  await client.runIs(id, 'done');
});
