import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { body, FILE, request, useDownloading } from './fixtures/downloading.ts';
import { type Answer, cutAfter, good, sha256, weights } from './fixtures/hostileHub.ts';
import { until } from './fixtures/until.ts';

const here = useDownloading();
const { at, post, pull, list, ended, pulled, failure, remove, models } = here;

describe('a file of the hub', () => {
  it('arrives whole, is known by its sum, and can be removed again', async () => {
    here.hub.on(FILE, good(body));
    const socket = here.server.connect();
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
    expect((await here.client.send('DELETE', '/api/models/net.safetensors')).status).toBe(200);
    expect(await readdir(at())).toEqual([]);
  });

  it('goes on where the connection was cut, again and again', async () => {
    here.hub.on(FILE, good(body, cutAfter(50_000)));
    expect(await pulled()).toMatchObject({ state: 'done' });
    expect(await readFile(at('net.safetensors'))).toEqual(body);
    const ranges = here.hub.headersOf(FILE).map(({ range }) => range);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.length).toBeGreaterThan(5);
    expect(ranges.at(-1)).toMatch(/^bytes=3\d{5}-$/);
  });

  it('is given up when a server cuts before anything arrives', async () => {
    here.hub.on(FILE, (_request, response) => response.destroy());
    expect(await failure()).toMatch(
      /net\.safetensors of org\/model could not be received: the connection was cut/,
    );
    expect(here.hub.countOf(FILE)).toBe(6);
  });

  it('begins again when a server ignores ranges', async () => {
    here.hub.on(FILE, (_request, response, count) => {
      response.writeHead(200, { 'content-length': body.length, 'x-linked-etag': `"${sha256(body)}"` });
      if (count < 3) cutAfter(100_000)(response, body);
      else response.end(body);
    });
    expect(await pulled()).toMatchObject({ state: 'done' });
    expect(await readFile(at('net.safetensors'))).toEqual(body);
  });

  it('begins again when the file changed in between', async () => {
    const other = weights(300_000, 'b');
    here.hub.on(FILE, (incoming, response, count) => {
      if (count === 1) good(body, cutAfter(100_000))(incoming, response, count);
      else good(other)(incoming, response, count);
    });
    expect(await pulled()).toMatchObject({ state: 'done', total: other.length });
    expect(await readFile(at('net.safetensors'))).toEqual(other);
  });

  it('is not taken from the wrong place of it', async () => {
    here.hub.on(FILE, (incoming, response, count) => {
      if (count === 1) return good(body, cutAfter(100_000))(incoming, response, count);
      response.writeHead(206, { 'content-range': `bytes 0-9/${body.length}`, 'content-length': 10 });
      response.end(body.subarray(0, 10));
    });
    expect(await failure()).toMatch(/sent another piece of the file than was asked for/);
  });

  it('is begun again when a server gives the rest of another one of the same size', async () => {
    const other = weights(body.length, 'b');
    const called = (name: string, content: Buffer): Answer => {
      const given = good(content, (response, piece) => {
        response.removeHeader('x-linked-etag');
        response.setHeader('etag', name);
        if (name === '"one"') cutAfter(100_000)(response, piece);
        else response.end(piece);
      });
      return (asked, response, count) => {
        // Ranges, but no If-Range.
        delete asked.headers['if-range'];
        given(asked, response, count);
      };
    };
    here.hub.on(FILE, (...args) => (args[2] === 1 ? called('"one"', body) : called('"two"', other))(...args));
    expect(await pulled()).toMatchObject({ state: 'done' });
    expect(await readFile(at('net.safetensors'))).toEqual(other);
  });

  it('is unpacked when the server packs it although nobody asked', async () => {
    const packed = gzipSync(body);
    here.hub.on(FILE, (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length });
      response.end(packed);
    });
    expect(await pulled()).toMatchObject({ state: 'done' });
    expect(await readFile(at('net.safetensors'))).toEqual(body);
  });

  it('takes a server that tells no length at its word', async () => {
    here.hub.on(FILE, (_request, response) => {
      response.write(body.subarray(0, 1000));
      response.end(body.subarray(1000));
    });
    expect(await pulled()).toMatchObject({ state: 'done', bytes: body.length });
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
    here.hub.on(FILE, hanging);
    const { id } = await pull();
    await halfway(id);
    expect((await remove(id)).status).toBe(200);
    expect(await ended(id)).toMatchObject({ state: 'cancelled', resumable: true, bytes: 100_000 });
    await here.restart({ dataFolder: here.server.dataFolder });
    expect(await list()).toMatchObject([
      { id, state: 'cancelled', resumable: true, bytes: 100_000, total: body.length, request },
    ]);
    here.hub.on(FILE, good(body));
    expect(await pulled()).toMatchObject({ id, state: 'done' });
    expect(here.hub.headersOf(FILE).at(-1)?.range).toBe('bytes=100000-');
    expect(await readFile(at('net.safetensors'))).toEqual(body);
  });

  it('is taken up after the server was stopped in the middle', async () => {
    here.hub.on(FILE, hanging);
    const { id } = await pull();
    await halfway(id);
    here.hub.on(FILE, good(body));
    await here.restart({ dataFolder: here.server.dataFolder });
    expect(await pulled()).toMatchObject({ state: 'done' });
    expect(here.hub.headersOf(FILE).at(-1)?.range).toBe('bytes=100000-');
  });

  it('discards what arrived when told so', async () => {
    here.hub.on(FILE, hanging);
    const { id } = await pull();
    await halfway(id);
    expect((await remove(id, '?discard=true')).status).toBe(200);
    expect([await list(), await readdir(at())]).toEqual([[], []]);
    expect((await remove(id)).status).toBe(404);
  });

  it('asked for twice is one download; another file of that name is refused', async () => {
    here.hub.on(FILE, hanging);
    const [first, second] = await Promise.all([pull(), pull()]);
    expect(second.id).toBe(first.id);
    await halfway(first.id);
    expect(here.hub.countOf(FILE)).toBe(1);
    const other = await post({ repository: 'org/other', file: 'net.safetensors' });
    expect([other.status, JSON.stringify(other.json)]).toEqual([
      409,
      expect.stringContaining('is being downloaded from org/model'),
    ]);
  });

  it('says that the models folder cannot be used, and not that somebody else is at it', async () => {
    await rm(at(), { recursive: true });
    await writeFile(at(), 'a file in the place of the folder');
    expect(await failure()).toMatch(
      /net\.safetensors\.part\.lock cannot be used: part of the path is a file\.$/,
    );
  });

  it('leaves a download alone that another program has begun in the same folder', async () => {
    here.hub.on(FILE, good(body));
    await writeFile(at('net.safetensors.part.lock'), `${process.pid} ${hostname()}`);
    expect(await failure()).toMatch(/Another Impasto is downloading "net\.safetensors"/);
    await rm(at('net.safetensors.part.lock'));
    // Of a process that is gone.
    await writeFile(at('net.safetensors.part.lock'), `999999999 ${hostname()}`);
    expect(await pulled()).toMatchObject({ state: 'done' });
  });

  it('takes up no plan that leads out of the folder', async () => {
    const file = { path: '../../../evil.safetensors', url: `${here.hub.url}${FILE}` };
    const plan = { title: '', name: 'net.safetensors', layout: 'folder', request, source: '', files: [file] };
    await writeFile(at('net.safetensors.part.json'), JSON.stringify(plan));
    here.hub.on(FILE, good(body));
    expect(await pulled()).toMatchObject({ state: 'done' });
    expect(await readFile(at('net.safetensors'))).toEqual(body);
  });

  it('is not discarded while another program receives it', async () => {
    here.hub.on(FILE, hanging);
    const { id } = await pull();
    await halfway(id);
    await remove(id);
    await writeFile(at('net.safetensors.part.lock'), `${process.pid} ${hostname()}`);
    expect((await remove(id, '?discard=true')).status).toBe(409);
    expect(await readdir(at())).toContain('net.safetensors.part');
  });

  it('never begins what could not be put in its place', async () => {
    await mkdir(at('net.safetensors'));
    const { status, json } = await post(request);
    expect([status, JSON.stringify(json)]).toEqual([
      409,
      expect.stringContaining('something called \\"net.safetensors\\" in the models folder'),
    ]);
    expect(here.hub.requests).toEqual([]);
  });

  it('never overwrites a model', async () => {
    await writeFile(at('NET.safetensors'), 'mine');
    const answer = await post(request);
    expect([answer.status, JSON.stringify(answer.json)]).toEqual([
      409,
      expect.stringContaining('There is already a model'),
    ]);
    await rm(at('NET.safetensors'));
    here.hub.on(FILE, hanging);
    const { id } = await pull();
    await halfway(id);
    await writeFile(at('net.safetensors'), 'mine');
    await remove(id);
    await rm(at('net.safetensors'));
  });
});
