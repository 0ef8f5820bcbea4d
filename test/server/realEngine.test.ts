import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stepsSchema } from '../../server/protocol/api.ts';
import { channelsSchema, lensSchema } from '../../server/protocol/inspection.ts';
import { runStartedSchema } from '../../server/protocol/runs.ts';
import { type RunningServer, startServer } from '../helpers/startServer.ts';
import { writeTinyModel } from '../helpers/writeTinyModel.ts';
import { TestClient } from './fixtures/testClient.ts';
import { until } from './fixtures/until.ts';

let data: string;
let server: RunningServer;
let client: TestClient;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'impasto-real-'));
  await writeTinyModel(join(data, 'models', 'tiny'));
  server = await startServer({ data });
  client = new TestClient(server.url);
});
afterAll(async () => {
  await server.close();
  await rm(data, { recursive: true, force: true });
});

/** The StyleID template on the tiny model. */
async function start(steps: number): Promise<string> {
  const { json: workflow } = await client.send('GET', '/api/templates/styleid');
  const overrides = { 'model.model': 'tiny', 'size.value': 64, 'steps.value': steps };
  const { status, json } = await client.send('POST', '/api/runs', { json: { workflow, overrides } });
  expect([status, json]).toMatchObject([202, {}]);
  return runStartedSchema.parse(json).id;
}

/** Processes that the server started. Small Linux images have no `ps`, other systems no /proc. */
function children(): number[] {
  const { pid } = server.process;
  const listed =
    process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      : execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return listed.trim().split(/\s+/).map(Number);
}

it('looks into the steps of a run, and of one that used its results again', async () => {
  const first = await start(3);
  await client.runIsOver(first);
  const again = await start(3);
  expect(await client.runIsOver(again)).toMatchObject({ nodes: { sample: { state: 'cached' } } });
  const at = { node: 'sample', step: 2 };
  for (const id of [first, again]) {
    const look = (path: string, json: object) => client.send('POST', `/api/runs/${id}/${path}`, { json });
    const seen = lensSchema.parse((await look('lens', { ...at, x: 0.5, y: 0.5 })).json);
    expect(seen.sources.map(({ title }) => title)).toEqual(['Style']);
    expect(seen.sources[0]!.values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 3);
    const { channels } = channelsSchema.parse((await look('channels', { ...at, kind: 'noise' })).json);
    expect(channels.map(({ values }) => values.length)).toEqual([64, 64, 64, 64]);
    const query = `node=sample&step=2&layer=${seen.layer}&picture=${seen.sources[0]!.picture}`;
    const picture = await fetch(`${server.url}/api/runs/${id}/lens/picture?${query}`);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect((await look('lens', { ...at, x: 2, y: 0 })).status).toBe(400);
    expect((await look('lens', { ...at, x: 0, y: 0, layer: 'nowhere' })).status).toBe(400);
    expect((await look('lens', { ...at, step: 7, x: 0, y: 0 })).status).toBe(400);
  }
});

it('runs the StyleID template, and pictures the last step of every sampler', async () => {
  const id = await start(4);
  const record = await client.runIsOver(id);
  expect(record).toMatchObject({
    state: 'done',
    models: [{ name: 'tiny' }],
    nodes: { sample: { state: 'done' } },
  });
  expect(record.pictures).toContainEqual(expect.objectContaining({ node: 'result', name: 'result' }));
  const { steps } = await client.get(`/api/runs/${id}/steps`, stepsSchema);
  const last = steps.filter(({ step, of }) => step === of);
  expect(new Set(last.map(({ node }) => node))).toEqual(
    new Set(['content-invert', 'style-invert', 'sample']),
  );
  for (const { seq, hasPicture } of last) {
    expect(hasPicture).toBe(true);
    expect((await client.send('GET', `/api/runs/${id}/steps/${seq}/picture`)).status).toBe(200);
  }
});

it('shows the steps of nodes that it takes from the cache', async () => {
  const first = await client.runIsOver(await start(4));
  const again = await client.runIsOver(await start(4));
  expect(again.nodes['sample']!.state).toBe('cached');
  const stepsOf = async (id: string) => (await client.get(`/api/runs/${id}/steps`, stepsSchema)).steps;
  const [made, shown] = [await stepsOf(first.id), await stepsOf(again.id)];
  const names = (steps: typeof made) => steps.map(({ node, step }) => `${node} ${step}`).sort();
  expect(shown.length).toBeGreaterThan(0);
  expect(names(shown)).toEqual(names(made));
  for (const { seq, hasPicture } of shown) {
    expect(hasPicture).toBe(true);
    expect((await client.send('GET', `/api/runs/${again.id}/steps/${seq}/picture`)).status).toBe(200);
  }
});

it.skipIf(process.platform === 'win32')('outlives a kill -9 of its engine in mid-run', async () => {
  const id = await start(500);
  await until('a sampler is at work', async () => {
    const { nodes } = await client.run(id);
    return Object.values(nodes).some((node) => node.state === 'running' && (node.step ?? 0) > 2);
  });
  for (const pid of children()) process.kill(pid, 'SIGKILL');
  const record = await client.runIsOver(id);
  expect(record).toMatchObject({ state: 'failed', error: { code: 'engine-crashed' } });
  expect(record.error!.node).toMatch(/invert/);
  expect((await client.runIsOver(await start(4))).state).toBe('done');
});

it('is cancelled between two steps', async () => {
  const id = await start(500);
  await until('a sampler is at work', async () =>
    Object.values((await client.run(id)).nodes).some((node) => (node.step ?? 0) > 2),
  );
  await client.send('POST', `/api/runs/${id}/cancel`);
  expect((await client.runIsOver(id)).state).toBe('cancelled');
});

it.skipIf(process.platform === 'win32')(
  'keeps an inversion that was done when it is stopped in mid-run',
  async () => {
    const results = join(data, 'cache', 'results');
    const kept = async () => (await readdir(results)).filter((name) => !name.endsWith('.tmp'));
    const before = await kept();
    const id = await start(150);
    await until(
      'one picture is inverted',
      async () => (await client.run(id)).nodes['content-invert']?.state === 'done',
    );
    await server.close();
    expect((await kept()).length).toBeGreaterThan(before.length);
  },
);
