import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CudaMachine } from '../../server/devices/cuda/checkCudaMachine.ts';
import { setupCuda } from '../../server/devices/cuda/setupCuda.ts';
import { zip } from '../helpers/torchFiles.ts';

const machine: CudaMachine = {
  platform: 'linux',
  arch: 'x64',
  driver: 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024',
  libraries: [
    'libcudart.so.12',
    'libcublas.so.12',
    'libcublasLt.so.12',
    'libcurand.so.10',
    'libcufft.so.11',
    'libcudnn.so.9',
  ],
  freeBytes: 1e11,
};
const names = ['cuda', 'shared', 'tensorrt'].map((name) => `libonnxruntime_providers_${name}.so`);
const library = (text: string) => new TextEncoder().encode(`\x7fELF ${text}`);
const entries = (of: readonly string[]) =>
  Object.fromEntries(of.map((name) => [`runtimes/linux-x64/native/${name}`, library(name)]));

let folder: string;
let server: Server;
let address: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const asked: string[] = [];
let index: string | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-cuda-'));
  asked.length = 0;
  index = undefined;
  server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.range ?? ''}`.trim());
    if (request.url !== '/index.json') return answer(request, response);
    const resources = [{ '@id': `${address}/flat`, '@type': 'PackageBaseAddress/3.0.0' }];
    response.setHeader('content-type', 'application/json').end(index ?? JSON.stringify({ resources }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const serve =
  (bytes: Uint8Array): typeof answer =>
  (request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.statusCode = from > 0 ? 206 : 200;
    response.setHeader('etag', '"1"').setHeader('content-length', bytes.length - from);
    if (from > 0) response.setHeader('content-range', `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
    response.end(bytes.subarray(from));
  };

/** With another byte in its first entry, behind the mark of libraries. */
function damaged(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[Buffer.from(copy).indexOf('\x7fELF ') + 6]! ^= 1;
  return copy;
}

function setup(change: Partial<CudaMachine> = {}, problem?: string) {
  const said: string[] = [];
  const options = {
    machine: { ...machine, ...change },
    folder,
    feed: `${address}/index.json`,
    retryDelay: 5,
    say: (line: string) => void said.push(line),
    probe: async () => ({ device: 'cuda' as const, works: !problem, ...(problem ? { problem } : {}) }),
  };
  return setupCuda(options).then(() => said);
}

it.each<[Partial<CudaMachine>, RegExp]>([
  [{ platform: 'darwin', arch: 'arm64' }, /^CUDA is there on Linux on x64 only; this is darwin on arm64\./],
  [{ driver: undefined }, /^There is no NVIDIA driver here .*install NVIDIA's driver/],
  [
    { driver: 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.82.01  x' },
    /version 470\.82, and CUDA 12 needs 525/,
  ],
  [{ libraries: [] }, /^CUDA 12 is not complete here: the loader finds no libcudart\.so\.12, no /],
  [
    { libraries: machine.libraries.filter((name) => !name.includes('cudnn')) },
    /^cuDNN 9 is not .*libcudnn\.so\.9/,
  ],
  [{ freeBytes: 5e8 }, /need 2 GB, and 0\.5 GB are free: make room/],
])('says before anything is downloaded what is missing: %o', async (change, sentence) => {
  await expect(setup(change)).rejects.toThrow(sentence);
  expect(asked).toEqual([]);
});

it('installs the libraries of this version, and can be run again', async () => {
  answer = serve(zip({ 'readme.md': library('x'), ...entries(names) }));
  expect((await setup()).at(-1)).toMatch(/^CUDA works\./);
  expect((await readdir(folder)).sort()).toEqual(names.toSorted());
  expect(asked[1]).toMatch(/^\/flat\/(\S+)\/(1\.\d+\.\d+)\/\1\.\2\.nupkg$/);
  await writeFile(join(folder, names[0]!), 'damaged');
  await setup();
  expect(new Uint8Array(await readFile(join(folder, names[0]!)))).toEqual(library(names[0]!));
});

describe('a connection that is cut', () => {
  const whole = zip(entries(names));
  /** Once; then `after` answers. */
  const cut = (after: typeof answer): void => {
    answer = (_, response) => {
      answer = after;
      response.setHeader('etag', '"1"').setHeader('content-length', whole.length);
      response.write(whole.subarray(0, 100), () => response.socket!.end());
    };
  };

  it('is taken up at once', async () => {
    cut(serve(whole));
    await setup();
    expect(asked.at(-1)).toMatch(/ bytes=100-$/);
    expect((await readdir(folder)).sort()).toEqual(names.toSorted());
  });

  it('is taken up by the next run, when the server is gone', async () => {
    cut((_, response) => void response.writeHead(404).end());
    await expect(setup()).rejects.toThrow('Run this again: it goes on where it stopped.');
    expect((await readdir(folder)).sort()).toEqual(['cuda.nupkg.part', 'cuda.nupkg.part.json']);
    answer = serve(whole);
    await setup();
    expect(asked.at(-1)).toMatch(/ bytes=100-$/);
    expect((await readdir(folder)).sort()).toEqual(names.toSorted());
  });
});

it.each<[string, Uint8Array, string]>([
  ['a web page', new TextEncoder().encode('<html>Sign in</html>'), 'is not sound'],
  ['a package without a library', zip(entries(names.slice(1))), 'it holds 2 of the 3 libraries'],
  [
    'something else under a library’s name',
    zip({ ...entries(names.slice(1)), [`runtimes/linux-x64/native/${names[0]}`]: new Uint8Array(9) }),
    'is no library',
  ],
  ['a package of which a byte is wrong', damaged(zip(entries(names))), 'arrived damaged'],
])('refuses %s and leaves nothing behind', async (_, bytes, sentence) => {
  answer = serve(bytes);
  await expect(setup()).rejects.toThrow(sentence);
  expect(await readdir(folder)).toEqual([]);
});

it('says when the server has no such package, and when CUDA does not work with it', async () => {
  answer = (_, response) => void response.writeHead(404).end();
  await expect(setup()).rejects.toThrow(/has no \S+\.nupkg \(404\)/);
  answer = serve(zip(entries(names)));
  await expect(setup({}, 'Its driver hangs.')).rejects.toThrow(
    'The libraries are there, but CUDA does not work: Its driver hangs.',
  );
});

it.each([
  ['<html>', /^What 127\.0\.0\.1:\d+ answers is no index of packages: is http:.* right\?$/],
  ['{"resources":[]}', /address of the packages is not in the index/],
])('says when the index is none: %s', async (text, sentence) => {
  index = text;
  await expect(setup()).rejects.toThrow(sentence);
});
