import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunEvent, runEventSchema, type StepPicture } from '../../server/protocol/events.ts';
import { applyRunEvent } from '../../server/protocol/applyRunEvent.ts';
import type { RunRecord } from '../../server/protocol/runs.ts';
import { endless, fakeWorkflow, quick } from './fixtures/fakeWorkflow.ts';
import { TestClient } from './fixtures/testClient.ts';
import { TestServer, type TestSocket } from './fixtures/testServer.ts';
import { until } from './fixtures/until.ts';

let server: TestServer;
let client: TestClient;

beforeEach(async () => {
  server = await TestServer.start();
  client = new TestClient(server.url);
});
afterEach(() => server.close());

const watch = (socket: TestSocket, run: string, after = 0) => socket.emitWithAck('watch', { run, after });
const numbers = (events: readonly RunEvent[]) => events.map((event) => event.seq);
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

/** Everything that a socket is told, from now on. */
function listen(socket: TestSocket): { events: RunEvent[]; pictures: StepPicture[] } {
  const told = { events: [] as RunEvent[], pictures: [] as StepPicture[] };
  socket.on('event', (event) => told.events.push(runEventSchema.parse(event)));
  socket.on('picture', (picture, received) => {
    told.pictures.push(picture);
    received();
  });
  return told;
}
const isOver = (events: readonly RunEvent[]) =>
  events.some((event) => event.kind === 'run' && event.summary.finished !== undefined);

it('tells a run from its first event to its last, and they add up to its record', async () => {
  const socket = server.connect();
  const { events } = listen(socket);
  const id = await client.start(quick);
  expect(await watch(socket, id)).toEqual({ ok: true });
  await until('the run is over', () => isOver(events));
  const record = await client.run(id);
  expect(numbers(events)).toEqual(upTo(record.seq));
  const empty: RunRecord = { ...record, nodes: {}, pictures: [], seq: 0 };
  const rebuilt = events.reduce(applyRunEvent, empty);
  expect(rebuilt).toEqual(record);
});

it('tells somebody who comes late what was, then what is', async () => {
  const long = fakeWorkflow({ sampler: { type: 'steps-sample', steps: 150, delay: 1 } });
  const id = await client.start(long);
  await until('some steps are made', async () => ((await client.run(id)).nodes['sampler']?.step ?? 0) > 20);
  const socket = server.connect();
  const { events } = listen(socket);
  await watch(socket, id);
  await until('the run is over', () => isOver(events));
  expect(numbers(events)).toEqual(upTo((await client.run(id)).seq));
});

it('tells a client that lost its connection again and again exactly what it missed', async () => {
  const id = await client.start(endless);
  const all: RunEvent[] = [];
  for (let connection = 0; connection < 6; connection++) {
    const socket = server.connect();
    const { events } = listen(socket);
    await watch(socket, id, all.at(-1)?.seq ?? 0);
    await until('more is told', () => events.length > 20);
    socket.disconnect();
    all.push(...events);
  }
  await client.send('POST', `/api/runs/${id}/cancel`);
  const { seq } = await client.runIsOver(id);
  const socket = server.connect();
  const { events } = listen(socket);
  await watch(socket, id, all.at(-1)!.seq);
  await until('the run is over', () => isOver(events));
  expect(numbers([...all, ...events])).toEqual(upTo(seq));
});

it('tells old runs as it tells live ones, also after a restart of the server', async () => {
  const id = await client.start(quick);
  const { seq } = await client.runIsOver(id);
  await server.stop();
  server = await TestServer.start({ dataFolder: server.dataFolder });
  const socket = server.connect();
  const { events } = listen(socket);
  await watch(socket, id, 4);
  await until('the run is over', () => isOver(events));
  expect(numbers(events)).toEqual(upTo(seq).slice(4));
});

it('sends pictures as bytes, the last one always', async () => {
  const socket = server.connect();
  const { pictures } = listen(socket);
  const id = await client.start(quick);
  await watch(socket, id);
  const last = await until('the last picture is here', () => pictures.find(({ step, of }) => step === of));
  expect(last).toMatchObject({ run: id, node: 'sampler', mime: 'image/jpeg' });
  expect(Buffer.from(last.bytes).subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
});

it('shows somebody who comes in mid-run the newest picture at once', async () => {
  const id = await client.start(endless);
  await until('a picture is made', async () => (await client.run(id)).nodes['sampler']?.step);
  const socket = server.connect();
  const { pictures } = listen(socket);
  await watch(socket, id);
  const picture = await until('a picture is here', () => pictures[0]);
  expect(picture).toMatchObject({ run: id, node: 'sampler' });
});

it('lets a slow viewer miss pictures but not the last, and slows nobody', async () => {
  const slow = server.connect();
  const quickViewer = server.connect();
  const acknowledge: (() => void)[] = [];
  const seen: StepPicture[] = [];
  slow.on('picture', (picture, received) => {
    seen.push(picture);
    acknowledge.push(received);
  });
  const others = listen(quickViewer);
  const id = await client.start(fakeWorkflow({ sampler: { type: 'steps-sample', steps: 100, delay: 1 } }));
  await Promise.all([watch(slow, id), watch(quickViewer, id)]);
  await client.runIs(id, 'done');
  await until('the other viewer has the last picture', () =>
    others.pictures.some(({ step }) => step === 100),
  );
  expect(seen).toHaveLength(1);
  acknowledge[0]!();
  await until('the last picture is here', () => seen.length === 2);
  expect(seen[1]!.step).toBe(100);
});

it('tells everybody about runs and the engine', async () => {
  const socket = server.connect();
  const states: string[] = [];
  const system: number[] = [];
  socket.on('runs', ({ state }) => states.push(state));
  socket.on('system', ({ queued }) => system.push(queued));
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const id = await client.start(endless);
  await client.start(quick);
  await client.send('POST', `/api/runs/${id}/cancel`);
  await until('the second run is over', () => states.includes('done'));
  expect(new Set(states)).toEqual(new Set(['queued', 'running', 'cancelled', 'done']));
  expect(system).toContain(1);
});

it('stops telling when it is asked to', async () => {
  const socket = server.connect();
  const { events } = listen(socket);
  const id = await client.start(endless);
  await watch(socket, id);
  await until('something is told', () => events.length > 0);
  socket.emit('unwatch', { run: id });
  // An answer to a later request proves that the earlier one was carried out.
  await watch(socket, '00000000nosuchrun');
  const { length } = events;
  await until('the run goes on', async () => (await client.run(id)).seq > (events.at(-1)?.seq ?? 0) + 20);
  expect(events.length).toBe(length);
});

it('refuses nonsense without falling over', async () => {
  const socket = server.connect();
  const raw = socket as unknown as {
    emit: (...values: unknown[]) => void;
    emitWithAck: typeof socket.emitWithAck;
  };
  raw.emit('watch');
  raw.emit('watch', null, null);
  raw.emit('watch', { run: '../x', after: 0 }, 'no function');
  raw.emit('unwatch', 5);
  raw.emit('unwatch', { run: '__proto__' });
  for (const nonsense of [{}, { run: '../../x', after: 0 }, { run: 'abcdefgh', after: -1 }, [], 'x', null])
    expect(await raw.emitWithAck('watch', nonsense as never)).toMatchObject({ ok: false });
  expect(await watch(socket, '00000000nosuchrun')).toEqual({ ok: false, message: 'There is no such run.' });
  const id = await client.start(quick);
  expect(await watch(socket, id)).toEqual({ ok: true });
});
