import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HostileHub, cutAfter, good, sha256, weights } from './fixtures/hostileHub.ts';
import { runProgram, startProgram } from './fixtures/program.ts';

let folder: string;
let hub: HostileHub;
const at = (...names: string[]) => join(folder, ...names);
const inModels = (...names: string[]) => at('data', 'models', ...names);
const models = (...args: string[]) => runProgram('impasto', ['models', ...args, '--data', 'data'], folder);
const lines = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const body = weights(300_000);
const FILE = '/org/model/resolve/main/net.safetensors';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-models-'));
  hub = await HostileHub.start();
  await writeFile(at('far.safetensors'), weights(1_000));
  await mkdir(inModels(), { recursive: true });
});
afterAll(async () => {
  await hub.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const name of await readdir(inModels())) await rm(inModels(name), { recursive: true });
  await rm(at('data', 'models.json'), { force: true });
});

it('adds by reference, lists, verifies and removes; the file stays', async () => {
  expect(await models('add', 'far.safetensors', '--name', 'mine')).toMatchObject({
    code: 0,
    out: 'Added as "mine"; the files stay where they are.\n',
  });
  expect(await readdir(inModels())).toEqual([]);
  expect((await models('list')).out).toMatch(/^mine +1\.00 kB +added by reference\n {2}far\.safetensors/m);
  expect(lines((await models('list', '--json')).out)).toContainEqual(
    expect.objectContaining({ kind: 'model', name: 'mine', linked: true, bytes: 1000 }),
  );
  expect(lines((await models('verify', '--json')).out)).toEqual([
    expect.objectContaining({ kind: 'verified', name: 'mine', hash: sha256(weights(1_000)) }),
  ]);
  expect((await models('remove', 'mine')).out).toBe('Removed "mine".\n');
  expect(await readFile(at('far.safetensors'))).toEqual(weights(1_000));
});

it('lists what can be had, with what is wrong in an own catalogue', async () => {
  await writeFile(at('data', 'catalogue.json'), '[{"id": "x"}]');
  const { out } = await models('list', '--catalogue');
  await rm(at('data', 'catalogue.json'));
  expect(out).toMatch(/^stable-diffusion-1\.4 .*Stable Diffusion 1\.4\n {2}StyleID/m);
  expect(out).toMatch(/The catalogue catalogue\.json, entry 1: "title" is missing\./);
});

describe('pull', () => {
  const pull = (...args: string[]) =>
    models('pull', 'org/model', '--file', 'net.safetensors', '--hub', hub.url, ...args);

  it('downloads, shows how far it is, and exits with 0', async () => {
    hub.on(FILE, good(body, cutAfter(200_000)));
    const told = lines((await pull('--json')).out);
    expect(told.map(({ state }) => state)).toEqual(
      expect.arrayContaining(['downloading', 'checking', 'done']) as never,
    );
    expect(await readFile(inModels('net.safetensors'))).toEqual(body);
    const again = await pull();
    expect([again.code, again.err]).toEqual([
      1,
      'There is already a model "net.safetensors": remove or rename it first.\n',
    ]);
    expect((await models('verify', 'net.safetensors')).out).toBe(
      '"net.safetensors" is as it was downloaded (1 of 1 file compared).\n',
    );
    await writeFile(inModels('net.safetensors'), 'damaged');
    const damaged = await models('verify', 'net.safetensors');
    expect([damaged.code, damaged.out]).toEqual([1, expect.stringMatching(/is not what was published/)]);
    expect((await models('remove', 'net.safetensors')).code).toBe(0);
    expect(await readdir(inModels())).toEqual([]);
  });

  it('keeps on Ctrl+C what it has, and goes on the next time', async () => {
    hub.on(
      FILE,
      good(body, (response, piece) => void response.write(piece.subarray(0, 100_000))),
    );
    const args = ['models', 'pull', 'org/model', '--file', 'net.safetensors', '--hub', hub.url];
    const { child, ended } = startProgram('impasto', [...args, '--data', 'data', '--json'], folder);
    let pressed = false;
    child.stdout!.on('data', (chunk: Buffer) => {
      if (pressed || !/"bytes":[1-9]/.test(chunk.toString())) return;
      pressed = true;
      child.kill('SIGINT');
    });
    const { code, out } = await ended;
    expect([code, lines(out).at(-1)]).toEqual([130, expect.objectContaining({ state: 'cancelled' })]);
    hub.on(FILE, good(body));
    expect((await pull()).code).toBe(0);
    expect(hub.headersOf(FILE).at(-1)?.range).toMatch(/^bytes=\d+-$/);
    expect(await readFile(inModels('net.safetensors'))).toEqual(body);
  });

  it('fails with the sentence, and leaves nothing where nothing came', async () => {
    hub.on(FILE, (_request, response) => void response.writeHead(401).end());
    const { code, out } = await pull();
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/only to people who are signed in \(401\).*HF_TOKEN/),
    ]);
    expect(await readdir(inModels())).toEqual([]);
  });

  it.each([
    [['pull', 'nothing'], /^The catalogue has no "nothing"/],
    [['pull', 'org/model', '--offline'], /^Impasto was started with --offline/],
    [['pull', 'org/model', '--hub', 'http://example.org'], /^The hub's address must begin with https:/],
    [['pull', 'a/b/c'], /^"a\/b\/c" is no repository/],
    [['pull', 'entry', '--file', 'x.ckpt'], /^--file, --revision and --half belong to a repository/],
    [['add', 'nowhere.ckpt'], /nowhere\.ckpt cannot be added: there is nothing at that path\.$/],
    [['remove', 'nothing'], /^There is no model "nothing"/],
    [['verify', 'nothing'], /^There is no model "nothing"/],
  ])('%j is refused in one sentence, as text and as JSON', async (args, sentence) => {
    const { code, err } = await models(...args);
    expect(code).toBe(1);
    expect(err.trim()).toMatch(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
    const told = await models(...args, '--json');
    expect([told.code, told.err]).toEqual([1, '']);
    expect(JSON.parse(told.out)).toEqual({ kind: 'error', message: expect.stringMatching(sentence) });
  });
});
