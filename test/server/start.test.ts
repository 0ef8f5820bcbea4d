import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { claimDataFolder } from '../../server/cli/claimDataFolder.ts';
import { systemSchema } from '../../server/protocol/api.ts';
import { startServer } from '../helpers/startServer.ts';
import { runProgram, startProgram } from './fixtures/program.ts';
import { TestClient } from './fixtures/testClient.ts';
import { FAKE_ENGINE } from './fixtures/testServer.ts';
import { until } from './fixtures/until.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-start-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('prints its address, serves, and stops in order when it is told to', async () => {
  const data = join(folder, 'new', 'data');
  const server = await startServer({ data, args: ['--engine', FAKE_ENGINE] });
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const system = await new TestClient(server.url).get('/api/system', systemSchema);
  expect(system.modelsFolder).toBe(join(data, 'models'));
  expect((await fetch(server.url)).headers.get('content-type')).toContain('text/html');
  await server.close();
  expect(server.process.exitCode).toBe(0);
  expect(await readdir(data)).toContain('models');
});

it('says in one sentence that its port is taken', async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
  });
  const { code, err } = await runProgram('start', ['--port', String(port), '--data', folder]);
  other.close();
  expect([code, err]).toEqual([
    1,
    `Port ${port} is taken by another program; choose another one with --port.\n`,
  ]);
});

it('does not work on data that another Impasto is working on, unless that is gone', async () => {
  const data = join(folder, 'shared');
  const first = await startServer({ data, args: ['--engine', FAKE_ENGINE] });
  const second = await runProgram('start', ['--port', '0', '--data', data]);
  expect([second.code, second.err]).toEqual([
    1,
    `Impasto is already running at ${first.url} with the data folder ${data}; stop it, or choose another with --data.\n`,
  ]);
  const gone = new Promise((resolve) => first.process.once('exit', resolve));
  first.process.kill('SIGKILL');
  await gone;
  const third = await startServer({ data, args: ['--engine', FAKE_ENGINE] });
  await third.close();
  expect(await readdir(data)).not.toContain('server.json');
});

it('of two that start at once on the same data only one does', async () => {
  const data = join(folder, 'at-once');
  const args = ['--port', '0', '--data', data, '--engine', FAKE_ENGINE];
  const started = [1, 2, 3].map(() => startProgram('start', args));
  const ended: string[] = [];
  for (const { ended: end } of started) void end.then(({ err }) => ended.push(err));
  await until('two have given up', () => ended.length >= 2);
  for (const { child } of started) child.kill('SIGTERM');
  await Promise.all(started.map(({ ended: end }) => end));
  expect(ended.map((err) => /^Impasto is already (starting|running)/.test(err))).toEqual([true, true, false]);
});

it('a start that was broken off long ago holds the data folder no longer', async () => {
  const data = join(folder, 'broken-off');
  const path = join(data, 'server.json');
  await mkdir(data);
  // Some other process has its number now.
  await writeFile(path, JSON.stringify({ pid: process.pid === 1 ? process.ppid : 1 }));
  await expect(claimDataFolder(data)).rejects.toThrow(/already starting/);
  const hourAgo = new Date(Date.now() - 3_600_000);
  await utimes(path, hourAgo, hourAgo);
  await (await claimDataFolder(data)).release();
});

it('waits for the answer of one that is busy', async () => {
  const data = join(folder, 'busy');
  const first = await startServer({ data, args: ['--engine', FAKE_ENGINE] });
  first.process.kill('SIGSTOP');
  const { code, err } = await runProgram('start', ['--port', '0', '--data', data]);
  first.process.kill('SIGCONT');
  expect([code, err]).toEqual([1, expect.stringMatching(/^Impasto is already running at/)]);
  await first.close();
});

it('says in one sentence that it cannot write into the data folder', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  for (const data of [file, join(file, 'inside')]) {
    const { code, err } = await runProgram('start', ['--port', '0', '--data', data]);
    expect(code).toBe(1);
    expect(err).toMatch(/^The data folder \S+ cannot be written to: .+\.\n$/);
  }
});

it.each([
  [['--port', 'x'], /--port.*must be a number/],
  [['--port', '70000'], /--port.*must be a number/],
  [['--device', 'toaster'], /--device.*Allowed choices are auto, cpu/],
  [['--host', '203.0.113.7'], /no address 203\.0\.113\.7/],
  [['--nonsense'], /unknown option '--nonsense'/],
  [['--allow-origin', 'evil'], /--allow-origin.*must look like/],
])('%j is refused in one sentence', async (args, sentence) => {
  const { code, err } = await runProgram('start', ['--port', '0', '--data', folder, ...args]);
  expect(code).toBe(1);
  expect(err.trim()).toMatch(sentence);
  expect(err.trim().split('\n')).toHaveLength(1);
});
