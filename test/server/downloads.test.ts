import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Download,
  catalogueSchema,
  downloadSchema,
  downloadsSchema,
  modelsSchema,
} from '../../server/protocol/models.ts';
import { type Answer, HostileHub, cutAfter, good, sha256, weights } from './fixtures/hostileHub.ts';
import { TestClient } from './fixtures/testClient.ts';
import { TestServer } from './fixtures/testServer.ts';
import { until } from './fixtures/until.ts';

let hub: HostileHub;
let server: TestServer;
let client: TestClient;
const body = weights(400_000);
const FILE = '/org/model/resolve/main/net.safetensors';
const request = { repository: 'org/model', file: 'net.safetensors' };
const at = (...names: string[]) => join(server.dataFolder, 'models', ...names);

async function startServer(dataFolder?: string, token?: string): Promise<void> {
  const settings = { hub: new URL(hub.url), token, offline: false };
  server = await TestServer.start({ hub: settings, ...(dataFolder !== undefined && { dataFolder }) });
  client = new TestClient(server.url);
  await mkdir(at(), { recursive: true });
}
beforeEach(async () => {
  hub = await HostileHub.start();
  await startServer();
});
afterEach(async () => {
  await server.close();
  await hub.close();
});

const post = (json: object) => client.send('POST', '/api/downloads', { json });
const pull = async (json: object = request): Promise<Download> => {
  const { json: answer } = await post(json);
  return downloadSchema.parse(answer);
};
const list = async () => (await client.get('/api/downloads', downloadsSchema)).downloads;
const ended = (id: string): Promise<Download> =>
  until(`download ${id} has ended`, async () => {
    const found = (await list()).find((download) => download.id === id);
    return found && ['done', 'failed', 'cancelled'].includes(found.state) && found;
  });
const pulled = async (json?: object) => ended((await pull(json)).id);
const failure = async (json?: object): Promise<string> => {
  const { state, message } = await pulled(json);
  expect(state).toBe('failed');
  return message!;
};
const remove = (id: string, query = '') => client.send('DELETE', `/api/downloads/${id}${query}`);
const models = async () => (await client.get('/api/models', modelsSchema)).models;

describe('a file of the hub', () => {
  it('arrives whole, is known by its sum, and can be removed again', async () => {
    hub.on(FILE, good(body));
    const socket = server.connect();
    const states = new Set<string>();
    socket.on('download', ({ state }) => states.add(state));
    await until('the socket is connected', () => socket.connected);
    expect(await pulled()).toMatchObject({ state: 'done', bytes: body.length, total: body.length });
    expect(await readFile(at('net.safetensors'))).toEqual(body);
    expect(await readdir(at())).toEqual(['net.safetensors']);
    const model = (await models()).find(({ name }) => name === 'net.safetensors');
    expect(model).toMatchObject({ downloaded: true, linked: false, hash: sha256(body), bytes: body.length });
    await until('every state was told', () => states.has('done'));
    expect([...states]).toEqual(['waiting', 'downloading', 'checking', 'done']);
    expect((await client.send('DELETE', '/api/models/net.safetensors')).status).toBe(200);
    expect(await readdir(at())).toEqual([]);
  });

  it('goes on where the connection was cut, again and again', async () => {
    hub.on(FILE, good(body, cutAfter(50_000)));
    expect(await pulled()).toMatchObject({ state: 'done' });
    expect(await readFile(at('net.safetensors'))).toEqual(body);
    const ranges = hub.headersOf(FILE).map(({ range }) => range);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.length).toBeGreaterThan(5);
    expect(ranges.at(-1)).toMatch(/^bytes=3\d{5}-$/);
  });

  it('is given up when a server cuts before anything arrives', async () => {
    hub.on(FILE, (_request, response) => response.destroy());
    expect(await failure()).toMatch(
      /net\.safetensors of org\/model could not be received: the connection was cut/,
    );
    expect(hub.countOf(FILE)).toBe(6);
  });

  it('begins again when a server ignores ranges', async () => {
    hub.on(FILE, (_request, response, count) => {
      response.writeHead(200, { 'content-length': body.length, 'x-linked-etag': `"${sha256(body)}"` });
      if (count < 3) cutAfter(100_000)(response, body);
      else response.end(body);
    });
    expect(await pulled()).toMatchObject({ state: 'done' });
    expect(await readFile(at('net.safetensors'))).toEqual(body);
  });

  it('begins again when the file changed in between', async () => {
    const other = weights(300_000, 'b');
    hub.on(FILE, (incoming, response, count) => {
      if (count === 1) good(body, cutAfter(100_000))(incoming, response, count);
      else good(other)(incoming, response, count);
    });
    expect(await pulled()).toMatchObject({ state: 'done', total: other.length });
    expect(await readFile(at('net.safetensors'))).toEqual(other);
  });

  it('is not taken from the wrong place of it', async () => {
    hub.on(FILE, (incoming, response, count) => {
      if (count === 1) return good(body, cutAfter(100_000))(incoming, response, count);
      response.writeHead(206, { 'content-range': `bytes 0-9/${body.length}`, 'content-length': 10 });
      response.end(body.subarray(0, 10));
    });
    expect(await failure()).toMatch(/sent another piece of the file than was asked for/);
  });

  it('is unpacked when the server packs it although nobody asked', async () => {
    const packed = gzipSync(body);
    hub.on(FILE, (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length });
      response.end(packed);
    });
    expect(await pulled()).toMatchObject({ state: 'done' });
    expect(await readFile(at('net.safetensors'))).toEqual(body);
  });

  it('takes a server that tells no length at its word', async () => {
    hub.on(FILE, (_request, response) => {
      response.write(body.subarray(0, 1000));
      response.end(body.subarray(1000));
    });
    expect(await pulled()).toMatchObject({ state: 'done', bytes: body.length });
  });
});

describe('what is refused, in a sentence', () => {
  const status =
    (code: number, headers: Record<string, string> = {}): Answer =>
    (_request, response) =>
      void response.writeHead(code, headers).end('no');

  it.each<[string, RegExp, number, Answer]>([
    [
      '401',
      /only to people who are signed in \(401\): accept its licence at .*\/org\/model.*HF_TOKEN/,
      1,
      status(401),
    ],
    ['403', /only to people who are signed in \(403\)/, 1, status(403)],
    ['404', /has no net\.safetensors of org\/model \(404\): check the names/, 1, status(404)],
    ['418', /answered 418 instead of/, 1, status(418)],
    ['500', /is not able to answer \(500\); try again later/, 6, status(500)],
    ['a loop', /redirects more than 10 times/, 1, status(302, { location: FILE })],
    ['a redirect to nowhere', /redirects, but not to an address/, 1, status(302)],
    ['a redirect to a file', /redirects to file:/, 1, status(302, { location: 'file:///etc/passwd' })],
    [
      'HTML',
      /answered with a web page instead of net\.safetensors/,
      1,
      (_request, response) =>
        void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<p>'),
    ],
    [
      'more than announced',
      /sends more than the 1000 bytes that it announced/,
      1,
      (_request, response) => {
        response.writeHead(200, { 'x-linked-size': '1000' });
        response.end(body);
      },
    ],
    [
      'a wrong sum',
      /arrived damaged, or is not what was published: its SHA-256 is .* It was removed/,
      1,
      (_request, response) => {
        response.writeHead(200, { 'content-length': body.length, 'x-linked-etag': `"${'0'.repeat(64)}"` });
        response.end(body);
      },
    ],
    [
      'an unknown packing',
      /packed in an unknown way \(zstd\)/,
      1,
      (_request, response) => void response.writeHead(200, { 'content-encoding': 'zstd' }).end('x'),
    ],
    [
      'no HTTP at all',
      /what answers is no web server/,
      1,
      (_request, response) => void response.socket!.end('hello\r\n\r\n'),
    ],
    ['silence', /the hub does not answer/, 6, () => undefined],
  ])('%s', async (_, sentence, requests, answer) => {
    hub.on(FILE, answer);
    expect(await failure()).toMatch(sentence);
    expect(hub.countOf(FILE)).toBeGreaterThanOrEqual(requests);
    expect(await stat(at('net.safetensors')).catch(() => undefined)).toBeUndefined();
    expect((await models()).map(({ name }) => name)).toEqual(['builtin']);
  });

  it('waits as long as the server asks, and goes on', async () => {
    hub.on(FILE, (incoming, response, count) => {
      if (count === 1) response.writeHead(429, { 'retry-after': '0' }).end();
      else if (count === 2) response.writeHead(503).end();
      else good(body)(incoming, response, count);
    });
    expect(await pulled()).toMatchObject({ state: 'done' });
    expect(hub.countOf(FILE)).toBe(3);
  });

  it('a damaged file is received anew when it is asked for again', async () => {
    hub.on(FILE, (incoming, response, count) =>
      good(body, (out, piece) => out.end(count === 1 ? weights(piece.length, 'z') : piece))(
        incoming,
        response,
        count,
      ),
    );
    expect(await failure()).toMatch(/arrived damaged/);
    expect(await pulled()).toMatchObject({ state: 'done' });
  });

  it.each([
    [{ repository: '../etc', file: 'x.ckpt' }, 400],
    [{ repository: 'org/model', file: '../../x.ckpt' }, 400],
    [{ repository: 'org/model', file: 'a/../x.ckpt' }, 400],
    [{ repository: 'org/model', file: '/x.ckpt' }, 400],
    [{ repository: 'org/model', file: 'README.md' }, 400],
    [{ repository: 'org/model', file: 'nul.ckpt' }, 400],
    [{ repository: 'org/model', file: 'x.ckpt', revision: '../x' }, 400],
    [{ repository: 'org/model', file: 'x.ckpt', surprise: 1 }, 400],
    [{ entry: 'nothing' }, 404],
    [{}, 400],
  ])('the request %j', async (json, code) => {
    expect((await post(json)).status).toBe(code);
    expect(hub.requests).toEqual([]);
  });
});

describe('the access token', () => {
  const TOKEN = 'hf_secretsecretsecret';

  it('is shown to the hub, and to no other host that it redirects to', async () => {
    await server.close();
    await startServer(undefined, TOKEN);
    const other = await HostileHub.start();
    try {
      other.on('/cdn/blob', good(body));
      hub.on(FILE, (_request, response) => {
        response.writeHead(302, {
          location: `${other.url}/cdn/blob`,
          'x-linked-etag': `"${sha256(body)}"`,
          'x-linked-size': body.length,
        });
        response.end();
      });
      expect(await pulled()).toMatchObject({ state: 'done' });
      expect(hub.headersOf(FILE)[0]?.authorization).toBe(`Bearer ${TOKEN}`);
      expect(other.requests[0]?.headers.authorization).toBeUndefined();
    } finally {
      await other.close();
    }
  });

  it('may be given while Impasto runs: it is kept for the next start, and never told again', async () => {
    const settings = join(server.dataFolder, 'settings.json');
    await writeFile(settings, JSON.stringify({ hub: 'https://hub.example' }));
    hub.on(FILE, (asked, response, count) => {
      if (asked.headers.authorization === `Bearer ${TOKEN}`) good(body)(asked, response, count);
      else response.writeHead(401).end();
    });
    expect(await failure()).toMatch(/signed in/);
    const put = (token: unknown) => client.send('PUT', '/api/hub/token', { json: { token } });
    const told = await put(` ${TOKEN} `);
    expect(told.json).toEqual({ address: `${hub.url}/`, offline: false, token: 'saved' });
    expect(await pulled()).toMatchObject({ state: 'done' });
    expect(JSON.parse(await readFile(settings, 'utf8'))).toEqual({
      hub: 'https://hub.example',
      token: TOKEN,
    });
    expect((await stat(settings)).mode & 0o077).toBe(0);
    expect(JSON.stringify((await client.send('GET', '/api/hub')).json)).not.toContain(TOKEN);
    expect((await put('two words')).status).toBe(400);
    expect((await put(null)).json).toMatchObject({ token: 'none' });
    expect(JSON.parse(await readFile(settings, 'utf8'))).toEqual({ hub: 'https://hub.example' });
  });

  it('is not shown to the address of a catalogue, nor to one that a broken-off download names', async () => {
    await server.close();
    await startServer(undefined, TOKEN);
    const other = await HostileHub.start();
    try {
      other.on('/net.safetensors', good(body));
      const entry = { id: 'mine', title: 'Mine', role: 'vgg', homepage: 'https://example.org' };
      const own = { ...entry, url: `${other.url}/net.safetensors`, files: [{ path: 'net.safetensors' }] };
      await writeFile(join(server.dataFolder, 'catalogue.json'), JSON.stringify([own]));
      expect(await pulled({ entry: 'mine' })).toMatchObject({ state: 'done' });
      const whole = { repository: 'org/whole' };
      const left = { title: '', name: 'whole', layout: 'folder', request: whole, source: 'org/whole' };
      const files = [{ path: 'net.safetensors', url: own.url }];
      await writeFile(at('whole.part.json'), JSON.stringify({ ...left, revision: 'main', files }));
      expect(await pulled(whole)).toMatchObject({ state: 'done' });
      expect(other.requests).toHaveLength(2);
      for (const { headers } of other.requests) expect(headers.authorization).toBeUndefined();
    } finally {
      await other.close();
    }
  });

  it('that is refused is said, but not told', async () => {
    await server.close();
    await startServer(undefined, TOKEN);
    hub.on(FILE, (_request, response) => void response.writeHead(403).end(TOKEN));
    const message = await failure();
    expect(message).toMatch(/refuses .* with this access token \(403\): accept the licence/);
    expect(JSON.stringify(await list())).not.toContain(TOKEN);
    const state = await readFile(at('net.safetensors.part.json'), 'utf8').catch(() => '');
    expect(state).not.toContain(TOKEN);
  });
});

describe('stopping and going on', () => {
  /** Sends a first piece and then nothing, until the client goes. */
  const hanging = good(body, (response, piece) => void response.write(piece.subarray(0, 100_000)));
  const halfway = (id: string) =>
    until('a piece has arrived', async () =>
      (await list()).some((download) => download.id === id && download.bytes >= 100_000),
    );

  it('keeps what arrived, also over a restart of the server, and goes on from there', async () => {
    hub.on(FILE, hanging);
    const { id } = await pull();
    await halfway(id);
    expect((await remove(id)).status).toBe(200);
    expect(await ended(id)).toMatchObject({ state: 'cancelled', resumable: true, bytes: 100_000 });
    await server.stop();
    await startServer(server.dataFolder);
    expect(await list()).toMatchObject([
      { id, state: 'cancelled', resumable: true, bytes: 100_000, total: body.length, request },
    ]);
    hub.on(FILE, good(body));
    expect(await pulled()).toMatchObject({ id, state: 'done' });
    expect(hub.headersOf(FILE).at(-1)?.range).toBe('bytes=100000-');
    expect(await readFile(at('net.safetensors'))).toEqual(body);
  });

  it('is taken up after the server was stopped in the middle', async () => {
    hub.on(FILE, hanging);
    const { id } = await pull();
    await halfway(id);
    await server.stop();
    hub.on(FILE, good(body));
    await startServer(server.dataFolder);
    expect(await pulled()).toMatchObject({ state: 'done' });
    expect(hub.headersOf(FILE).at(-1)?.range).toBe('bytes=100000-');
  });

  it('discards what arrived when told so', async () => {
    hub.on(FILE, hanging);
    const { id } = await pull();
    await halfway(id);
    expect((await remove(id, '?discard=true')).status).toBe(200);
    expect([await list(), await readdir(at())]).toEqual([[], []]);
    expect((await remove(id)).status).toBe(404);
  });

  it('asked for twice is one download; another file of that name is refused', async () => {
    hub.on(FILE, hanging);
    const [first, second] = await Promise.all([pull(), pull()]);
    expect(second.id).toBe(first.id);
    await halfway(first.id);
    expect(hub.countOf(FILE)).toBe(1);
    const other = await post({ repository: 'org/other', file: 'net.safetensors' });
    expect([other.status, JSON.stringify(other.json)]).toEqual([
      409,
      expect.stringContaining('is being downloaded from org/model'),
    ]);
  });

  it('says that the models folder cannot be used, and not that somebody else is at it', async () => {
    await rm(at(), { recursive: true });
    await writeFile(at(), 'a file in the place of the folder');
    expect(await failure()).toMatch(/cannot be written to|not a directory/);
  });

  it('leaves a download alone that another program has begun in the same folder', async () => {
    hub.on(FILE, good(body));
    await writeFile(at('net.safetensors.part.lock'), String(process.pid));
    expect(await failure()).toMatch(/Another Impasto is downloading "net\.safetensors"/);
    await rm(at('net.safetensors.part.lock'));
    // Of a process that is gone.
    await writeFile(at('net.safetensors.part.lock'), '999999999');
    expect(await pulled()).toMatchObject({ state: 'done' });
  });

  it('takes up no plan that leads out of the folder', async () => {
    const file = { path: '../../../evil.safetensors', url: `${hub.url}${FILE}` };
    const plan = { title: '', name: 'net.safetensors', layout: 'folder', request, source: '', files: [file] };
    await writeFile(at('net.safetensors.part.json'), JSON.stringify(plan));
    hub.on(FILE, good(body));
    expect(await pulled()).toMatchObject({ state: 'done' });
    expect(await readFile(at('net.safetensors'))).toEqual(body);
  });

  it('never overwrites a model', async () => {
    await writeFile(at('NET.safetensors'), 'mine');
    const answer = await post(request);
    expect([answer.status, JSON.stringify(answer.json)]).toEqual([
      409,
      expect.stringContaining('There is already a model'),
    ]);
    await rm(at('NET.safetensors'));
    hub.on(FILE, hanging);
    const { id } = await pull();
    await halfway(id);
    await writeFile(at('net.safetensors'), 'mine');
    await remove(id);
    await rm(at('net.safetensors'));
  });
});

describe('a repository', () => {
  const commit = 'c'.repeat(40);
  const files: Record<string, Buffer> = {
    'model_index.json': Buffer.from('{}'),
    'unet/config.json': Buffer.from('{"unet":1}'),
    'unet/diffusion_pytorch_model.safetensors': weights(50_000, 'unet'),
    'vae/config.json': Buffer.from('{"vae":1}'),
    'vae/diffusion_pytorch_model.safetensors': weights(20_000, 'vae'),
    'tokenizer/vocab.json': Buffer.from('{}'),
  };
  const others = [
    'README.md',
    '../../evil.safetensors',
    'unet/diffusion_pytorch_model.fp16.safetensors',
    'unet/diffusion_pytorch_model.bin',
    'safety_checker/model.safetensors',
    'v1-5-pruned.ckpt',
  ];

  beforeEach(() => {
    hub.on('/org/whole', () => undefined);
    hub.on('/api/models/org/whole/revision/main?blobs=true', (_request, response) => {
      const siblings = [
        ...Object.entries(files).map(([rfilename, content]) => ({
          rfilename,
          size: content.length,
          ...(rfilename.endsWith('.safetensors') && {
            lfs: { sha256: sha256(content), size: content.length },
          }),
        })),
        ...others.map((rfilename) => ({ rfilename, size: 1 })),
      ];
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ sha: commit, siblings }));
    });
    for (const [path, content] of Object.entries(files))
      hub.on(`/org/whole/resolve/${commit}/${path}`, good(content));
  });

  it('arrives with what is needed of it, at one commit, as one model', async () => {
    expect(await pulled({ repository: 'org/whole' })).toMatchObject({ state: 'done', name: 'whole' });
    for (const [path, content] of Object.entries(files))
      expect(await readFile(at('whole', path))).toEqual(content);
    const asked = hub.requests.map(({ path }) => path).filter((path) => path.includes('/resolve/'));
    expect(asked).toHaveLength(Object.keys(files).length);
    expect((await models()).at(-1)).toMatchObject({ name: 'whole', layout: 'diffusers', downloaded: true });
  });

  it('shows no half model, and goes on with the files that are missing', async () => {
    const unet = 'unet/diffusion_pytorch_model.safetensors';
    const path = `/org/whole/resolve/${commit}/${unet}`;
    hub.on(path, (_request, response) => void response.writeHead(404).end());
    expect(await failure({ repository: 'org/whole' })).toMatch(/has no unet\/diffusion_pytorch_model/);
    expect((await models()).map(({ name }) => name)).toEqual(['builtin']);
    hub.on(path, good(files[unet]!));
    expect(await pulled({ repository: 'org/whole' })).toMatchObject({ state: 'done' });
    expect(hub.countOf(`/org/whole/resolve/${commit}/model_index.json`)).toBe(1);
  });

  it.each<[string, RegExp, string]>([
    ['no list', /cannot be understood: is the hub's address right/, '<html>'],
    [
      'nothing to use',
      /holds no diffusers model/,
      JSON.stringify({ siblings: [{ rfilename: 'README.md' }] }),
    ],
  ])('that gives %s is refused', async (_, sentence, text) => {
    hub.on('/api/models/org/whole/revision/main?blobs=true', (_request, response) => void response.end(text));
    expect(await failure({ repository: 'org/whole' })).toMatch(sentence);
  });

  it('whose list does not arrive says so', async () => {
    hub.on('/api/models/org/whole/revision/main?blobs=true', (request) => void request.socket.destroy());
    expect(await failure({ repository: 'org/whole' })).toMatch(
      /^org\/whole could not be received: the connection was cut/,
    );
  });
});

describe('an entry of the catalogue', () => {
  const catalogue = (entries: object[]) =>
    writeFile(join(server.dataFolder, 'catalogue.json'), JSON.stringify(entries));
  const entry = {
    id: 'mine',
    title: 'Mine',
    role: 'diffusion',
    repository: 'org/model',
    files: [{ path: 'net.safetensors', bytes: body.length, sha256: sha256(body) }],
    homepage: 'https://example.org/mine',
  };

  it('is installed after it was pulled', async () => {
    await catalogue([entry]);
    hub.on(FILE, good(body));
    expect(await pulled({ entry: 'mine' })).toMatchObject({ state: 'done', title: 'Mine' });
    const { entries } = await client.get('/api/models/catalogue', catalogueSchema);
    expect(entries.find(({ id }) => id === 'mine')).toMatchObject({ installed: 'net.safetensors' });
    const again = await post({ entry: 'mine' });
    expect([again.status, JSON.stringify(again.json)]).toEqual([
      409,
      expect.stringContaining('is here already'),
    ]);
  });

  it('has the last word about size and sum', async () => {
    hub.on(FILE, good(body));
    await catalogue([{ ...entry, files: [{ ...entry.files[0], sha256: '1'.repeat(64) }] }]);
    expect(await failure({ entry: 'mine' })).toMatch(/is another file than expected/);
    await catalogue([{ ...entry, files: [{ ...entry.files[0], bytes: 5 }] }]);
    expect(await failure({ entry: 'mine' })).toMatch(
      /has another size than expected: the hub says 400000 bytes/,
    );
  });

  it('that needs more room than there is says so before it begins', async () => {
    await catalogue([{ ...entry, files: [{ path: 'net.safetensors', bytes: 1e15 }] }]);
    expect(await failure({ entry: 'mine' })).toMatch(/not enough room: 1000 TB are still to come/);
    expect(hub.countOf(FILE)).toBe(0);
  });

  it('that has to be downloaded by hand says where', async () => {
    const { repository: _, ...byHand } = entry;
    await catalogue([byHand]);
    const { status, json } = await post({ entry: 'mine' });
    expect([status, JSON.stringify(json)]).toEqual([
      409,
      expect.stringContaining('download it by hand from https://example.org/mine, then add it'),
    ]);
  });
});
