import { appendFile, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { runsSchema, stepsSchema } from '../../server/protocol/api.ts';
import { endless, quick } from './fixtures/fakeWorkflow.ts';
import { TestClient } from './fixtures/testClient.ts';
import { TestServer } from './fixtures/testServer.ts';
import { until } from './fixtures/until.ts';

let server: TestServer;
let client: TestClient;

async function start(options: Parameters<typeof TestServer.start>[0] = {}): Promise<void> {
  server = await TestServer.start(options);
  client = new TestClient(server.url);
}
async function restart(options: Parameters<typeof TestServer.start>[0] = {}): Promise<void> {
  await server.stop();
  await start({ ...options, dataFolder: server.dataFolder });
}
afterEach(() => server.close());

const stepping = (id: string) =>
  until('the sampler is at work', async () => (await client.run(id)).nodes['sampler']?.step);
const steps = async (id: string) => (await client.get(`/api/runs/${id}/steps`, stepsSchema)).steps;

it('finished runs are the same after a restart', async () => {
  await start();
  const id = await client.start(quick);
  const before = await client.runIsOver(id);
  const stepsBefore = await steps(id);
  await restart();
  expect(await client.run(id)).toEqual(before);
  expect(await steps(id)).toEqual(stepsBefore);
  const picture = `/api/runs/${id}/steps/${stepsBefore[0]!.seq}/picture`;
  expect((await client.send('GET', picture)).status).toBe(200);
});

it('the run that was going is marked interrupted, those that waited run', async () => {
  await start();
  const going = await client.start(endless);
  const waiting = [await client.start(quick), await client.start(quick)];
  await stepping(going);
  await restart();
  expect(await client.run(going)).toMatchObject({
    state: 'interrupted',
    error: { code: 'interrupted' },
    nodes: { sampler: { state: 'skipped' } },
  });
  for (const id of waiting) expect((await client.runIsOver(id)).state).toBe('done');
});

it('so it is after a crash of the server, with every event that was told', async () => {
  await start();
  const going = await client.start(endless);
  await stepping(going);
  // What a crash leaves: the record as it was saved last, and a journal that is ahead of it and cut off in a line.
  const folder = join(server.dataFolder, 'runs', going);
  const record = await until('a record is saved', async () => {
    const text = await readFile(join(folder, 'run.json'), 'utf8');
    return text.includes('"running"') && text;
  });
  await server.stop();
  const journal = await readFile(join(folder, 'events.jsonl'), 'utf8');
  const told = journal.split('\n').filter((line) => line !== '' && !line.includes('interrupted'));
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  const began = record.replace(/"started":"[^"]*"/, `"started":"${hoursAgo(5).toISOString()}"`);
  await writeFile(join(folder, 'run.json'), began);
  await writeFile(join(folder, 'events.jsonl'), `${told.join('\n')}\n{"kind":"node","ru`);
  await utimes(join(folder, 'events.jsonl'), hoursAgo(3), hoursAgo(3));
  await start({ dataFolder: server.dataFolder });
  const after = await client.run(going);
  expect(after.state).toBe('interrupted');
  // It took two hours; for three more nobody worked on it.
  const took = Date.parse(after.finished!) - Date.parse(after.started!);
  expect(took / 3_600_000).toBeCloseTo(2, 1);
  const seqs = (await readFile(join(folder, 'events.jsonl'), 'utf8'))
    .split('\n')
    .flatMap((line) => /"seq":(\d+)/.exec(line.slice(line.lastIndexOf('{"kind"')))?.[1] ?? [])
    .map(Number);
  expect(Math.max(...seqs)).toBe(after.seq);
  expect((await steps(going)).length).toBeGreaterThan(0);
});

it('runs that cannot be read are left alone and harm nobody', async () => {
  await start();
  const id = await client.start(quick);
  await client.runIsOver(id);
  const runs = join(server.dataFolder, 'runs');
  for (const [name, text] of Object.entries({ damaged1: '{"record":', damaged2: '[]', damaged3: '' })) {
    await mkdir(join(runs, name), { recursive: true });
    await writeFile(join(runs, name, 'run.json'), text);
  }
  await mkdir(join(runs, 'not a run'));
  await writeFile(join(runs, 'stray.txt'), 'x');
  await appendFile(join(runs, id, 'events.jsonl'), 'garbage\n{"kind":"node"}\n');
  await restart();
  expect((await client.get('/api/runs', runsSchema)).runs.map((run) => run.id)).toEqual([id]);
  expect(await steps(id)).toHaveLength(3);
  expect(await readdir(runs)).toHaveLength(6);
});

it('step pictures of old runs make room for new ones; records are kept to a number', async () => {
  await start({ runs: { limits: { pictureBytes: 1, records: 3 } } });
  const ids: string[] = [];
  for (let i = 0; i < 4; i++) {
    ids.push(await client.start(quick));
    await client.runIsOver(ids.at(-1)!);
  }
  await until(
    'the oldest run is gone',
    async () => (await client.send('GET', `/api/runs/${ids[0]}`)).status === 404,
  );
  const old = await until('its pictures are dropped', async () => {
    const record = await client.run(ids[1]!);
    return record.warnings && record;
  });
  expect(old.warnings![0]).toMatch(/deleted to make room/);
  expect((await steps(ids[1]!)).map((step) => step.hasPicture)).toEqual([false, false, false]);
  expect((await steps(ids[3]!)).map((step) => step.hasPicture)).toEqual([true, true, true]);
});
