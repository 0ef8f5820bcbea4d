import { afterEach, expect, it } from 'vitest';
import { runsSchema, stepsSchema } from '../../server/protocol/api.ts';
import { endless, fakeWorkflow, quick } from './fixtures/fakeWorkflow.ts';
import { TestClient } from './fixtures/testClient.ts';
import { TestServer } from './fixtures/testServer.ts';
import { until } from './fixtures/until.ts';

let server: TestServer;
let client: TestClient;

async function start(dataFolder?: string): Promise<void> {
  server = await TestServer.start(dataFolder === undefined ? {} : { dataFolder });
  client = new TestClient(server.url);
}
afterEach(() => server.close());

const ask = async (id: string, what: 'pause' | 'resume' | 'cancel') =>
  (await client.send('POST', `/api/runs/${id}/${what}`)).status;
const stateIs = (id: string, state: string) =>
  until(`the run is ${state}`, async () => (await client.run(id)).state === state);
const stepNumbers = async (id: string) =>
  (await client.get(`/api/runs/${id}/steps`, stepsSchema)).steps.map(({ step }) => step);

/** Something quick, then 40 steps in which it is paused. */
const long = fakeWorkflow({
  first: { type: 'keep-save' },
  sampler: { type: 'steps-sample', steps: 40, delay: 10 },
});
async function pausedRun(): Promise<string> {
  const id = await client.start(long);
  await until('the sampler is at work', async () => (await client.run(id)).nodes['sampler']?.step);
  expect(await ask(id, 'pause')).toBe(202);
  await stateIs(id, 'paused');
  return id;
}

it('a paused run lets others have the engine, and goes on where it stopped', async () => {
  await start();
  const id = await pausedRun();
  // Asked for twice, it is what was asked for.
  expect(await ask(id, 'pause')).toBe(202);
  expect((await client.runIsOver(await client.start(quick))).state).toBe('done');
  const paused = await client.run(id);
  expect(paused).toMatchObject({
    state: 'paused',
    nodes: { first: { state: 'done' }, sampler: { state: 'paused' } },
  });
  expect(paused.finished).toBeUndefined();
  const { runs } = await client.get('/api/runs', runsSchema);
  expect(runs.find((run) => run.id === id)).toMatchObject({ state: 'paused' });

  const resumed = Date.now();
  expect(await ask(id, 'resume')).toBe(202);
  const over = await client.runIsOver(id);
  expect(over).toMatchObject({
    state: 'done',
    nodes: { first: { state: 'done' }, sampler: { state: 'done' } },
  });
  // It took the time for which it was worked on, not that of the pause.
  const rest = Date.parse(over.started!) - Date.parse(paused.started!);
  expect(rest).toBeGreaterThanOrEqual(resumed - Date.parse(paused.paused!));
  expect(over.paused).toBeUndefined();
  expect(over.nodes['first']).toEqual(paused.nodes['first']);
  // Each once, though a sampler tells those again that it goes on behind.
  expect(await stepNumbers(id)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
});

it('a pause outlives the server', async () => {
  await start();
  const id = await pausedRun();
  const before = await stepNumbers(id);
  await server.stop();
  await start(server.dataFolder);
  expect((await client.run(id)).state).toBe('paused');
  expect(await stepNumbers(id)).toEqual(before);
  await ask(id, 'resume');
  expect((await client.runIsOver(id)).state).toBe('done');
  expect(await stepNumbers(id)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
});

it('a paused run can be cancelled, and deleted', async () => {
  await start();
  const id = await pausedRun();
  expect(await ask(id, 'cancel')).toBe(202);
  expect(await client.runIsOver(id)).toMatchObject({
    state: 'cancelled',
    nodes: { sampler: { state: 'skipped' } },
  });
  const other = await pausedRun();
  expect((await client.send('DELETE', `/api/runs/${other}`)).status).toBe(200);
  expect((await client.send('GET', `/api/runs/${other}`)).status).toBe(404);
});

it('a run that waits can be paused, and waits behind the others when it is resumed', async () => {
  await start();
  const going = await client.start(endless);
  await stateIs(going, 'running');
  const [first, second] = [await client.start(quick), await client.start(quick)];
  await ask(first, 'pause');
  expect(await client.run(first)).toMatchObject({ state: 'paused' });
  expect(await client.run(second)).toMatchObject({ state: 'queued', queuePosition: 1 });
  await ask(first, 'resume');
  expect(await client.run(first)).toMatchObject({ state: 'queued', queuePosition: 2 });
  await ask(going, 'cancel');
  for (const id of [first, second]) expect((await client.runIsOver(id)).state).toBe('done');
});

it('only what goes on can be paused, and only what is paused resumed', async () => {
  await start();
  const id = await client.start(quick);
  await client.runIsOver(id);
  expect(await ask(id, 'pause')).toBe(409);
  expect(await ask(id, 'resume')).toBe(409);
  expect(await ask('nosuchrun', 'pause')).toBe(404);
  expect(await ask('nosuchrun', 'resume')).toBe(404);
});
