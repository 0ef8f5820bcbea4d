import { stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { body, FILE, useDownloading } from './fixtures/downloading.ts';
import { type Answer, good, weights } from './fixtures/hostileHub.ts';

const here = useDownloading();
const { at, post, pulled, failure, models } = here;

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
    ['500', /is not able to answer \(500\)\. It was tried 6 times; start it again later/, 6, status(500)],
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
  ])('%s', async (_, sentence, requests, answer) => {
    here.hub.on(FILE, answer);
    expect(await failure()).toMatch(sentence);
    expect(here.hub.countOf(FILE)).toBeGreaterThanOrEqual(requests);
    expect(await stat(at('net.safetensors')).catch(() => undefined)).toBeUndefined();
    expect((await models()).map(({ name }) => name)).toEqual(['builtin']);
  });

  it('silence', async () => {
    await here.restart({ stall: 200 });
    here.hub.on(FILE, () => undefined);
    expect(await failure()).toMatch(/the hub does not answer\. It was tried 6 times/);
    expect(here.hub.countOf(FILE)).toBe(6);
  });

  it('waits as long as the server asks, and goes on', async () => {
    here.hub.on(FILE, (incoming, response, count) => {
      if (count === 1) response.writeHead(429, { 'retry-after': '0' }).end();
      else if (count === 2) response.writeHead(503).end();
      else good(body)(incoming, response, count);
    });
    expect(await pulled()).toMatchObject({ state: 'done' });
    expect(here.hub.countOf(FILE)).toBe(3);
  });

  it('a damaged file is received anew when it is asked for again', async () => {
    here.hub.on(FILE, (incoming, response, count) =>
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
    expect(here.hub.requests).toEqual([]);
  });

  it('a file that holds no weights, with all the endings that would do', async () => {
    const { json } = await post({ repository: 'org/model', file: 'README.md' });
    expect(JSON.stringify(json)).toContain(
      'expected the path of a .safetensors, .ckpt, .pt, .pth, .bin or .caffemodel file',
    );
  });
});
