import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runsSchema, stepsSchema, workflowsSchema } from '../../server/protocol/api.ts';
import { disk, storageError, type Disk } from '../../server/storage/disk.ts';
import { documentSchema } from '../../workflows/schema/document.ts';
import { fakeWorkflow, quick } from './fixtures/fakeWorkflow.ts';
import { pngPicture } from './fixtures/pictures.ts';
import { TestClient } from './fixtures/testClient.ts';
import { TestServer } from './fixtures/testServer.ts';

/** A disk that is full for the files it is told to refuse. */
class FullDisk implements Disk {
  refuse: (path: string) => boolean = () => false;
  /** Milliseconds that each write takes longer than the one before it. */
  slower = 0;
  #waited = 0;

  async write(...args: Parameters<Disk['write']>): Promise<void> {
    this.#check(args[0]);
    if (this.slower) await sleep((this.#waited += this.slower));
    await disk.write(...args);
  }
  async append(path: string, text: string): Promise<void> {
    this.#check(path);
    await disk.append(path, text);
  }
  remove(path: string): Promise<void> {
    return disk.remove(path);
  }
  #check(path: string): void {
    if (this.refuse(path)) throw storageError(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
  }
}

let full: FullDisk;
let server: TestServer;
let client: TestClient;

beforeEach(async () => {
  full = new FullDisk();
  server = await TestServer.start({ disk: full });
  client = new TestClient(server.url);
});
afterEach(() => server.close());

const noSpace = { error: { code: 'no-space', message: expect.stringContaining('The disk is full') } };

it('a save that does not fit is refused and leaves the earlier one', async () => {
  await client.send('PUT', '/api/workflows/x', { json: quick });
  full.refuse = () => true;
  const { status, json } = await client.send('PUT', '/api/workflows/x', { json: { ...quick, title: 'New' } });
  expect([status, json]).toMatchObject([507, noSpace]);
  expect(await client.get('/api/workflows/x', documentSchema)).toMatchObject({ title: quick.title });
  expect((await client.get('/api/workflows', workflowsSchema)).workflows).toHaveLength(2);
});

it('an upload or a run that cannot be kept is not taken', async () => {
  full.refuse = () => true;
  expect((await client.upload(await pngPicture())).json).toMatchObject(noSpace);
  const { status, json } = await client.send('POST', '/api/runs', { json: { workflow: quick } });
  expect([status, json]).toMatchObject([507, noSpace]);
  expect((await client.get('/api/runs', runsSchema)).runs).toEqual([]);
});

it('an output that does not fit fails the run in a sentence that names it', async () => {
  full.refuse = (path) => path.includes('files');
  const record = await client.runIsOver(await client.start(quick));
  expect(record).toMatchObject({
    state: 'failed',
    error: {
      code: 'no-space',
      node: 'result',
      message: expect.stringContaining('"result" could not be saved'),
    },
    nodes: { sampler: { state: 'done' }, result: { state: 'failed', error: { code: 'no-space' } } },
  });
});

it('step pictures that do not fit are done without', async () => {
  full.refuse = (path) => path.includes('steps');
  const id = await client.start(quick);
  const record = await client.runIsOver(id);
  expect(record).toMatchObject({ state: 'done', warnings: [expect.stringContaining('step pictures')] });
  const { steps } = await client.get(`/api/runs/${id}/steps`, stepsSchema);
  expect(steps.length).toBeGreaterThan(0);
  expect(steps.filter(({ hasPicture }) => hasPicture)).toEqual([]);
  expect(record.pictures).toHaveLength(1);
});

it('a record that does not fit stays in memory, and is written when there is room again', async () => {
  const id = await client.start(fakeWorkflow({ sampler: { type: 'steps-sample', steps: 200, delay: 2 } }));
  await client.runIs(id, 'running');
  full.refuse = () => true;
  const record = await client.runIsOver(id);
  expect(record).toMatchObject({
    state: 'done',
    warnings: expect.arrayContaining([expect.stringContaining('record')]),
  });
  full.refuse = () => false;
  await client.runIsOver(await client.start(quick));
  await server.stop();
  server = await TestServer.start({ dataFolder: server.dataFolder });
  client = new TestClient(server.url);
  expect(await client.run(id)).toMatchObject({ state: 'done', seq: record.seq });
});

it('a run that was not taken is not there later either', async () => {
  full.slower = 40;
  for (const part of ['run.json', 'events.jsonl']) {
    full.refuse = (path) => path.endsWith(part);
    expect((await client.send('POST', '/api/runs', { json: { workflow: quick } })).status).toBe(507);
  }
  full.refuse = () => false;
  full.slower = 0;
  await client.runIsOver(await client.start(quick));
  await server.stop();
  server = await TestServer.start({ dataFolder: server.dataFolder });
  client = new TestClient(server.url);
  expect((await client.get('/api/runs', runsSchema)).runs).toHaveLength(1);
});
