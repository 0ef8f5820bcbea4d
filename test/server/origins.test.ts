import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { originPolicy } from '../../server/http/originPolicy.ts';
import { TestServer, type TestSocket } from './fixtures/testServer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ allowOrigins: ['http://studio.example:5173'] });
});
afterAll(() => server.close());

/** Not fetch: it does not let a program choose Host, Origin and Sec-Fetch-*. */
function status(method: string, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(server.url + path, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}
const own = () => new URL(server.url).host;

describe('requests', () => {
  it.each([
    ['no Origin', {}],
    ['their own', { origin: () => server.url }],
    ['localhost', { host: () => own().replace('127.0.0.1', 'localhost') }],
    ['an allowed one', { origin: () => 'http://studio.example:5173' }],
    ['their own page', { 'sec-fetch-site': () => 'same-origin' }],
    ['the address bar', { 'sec-fetch-site': () => 'none' }],
  ])('with %s are answered', async (_, headers) => {
    const made = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value()]));
    expect(await status('GET', '/api/system', made)).toBe(200);
  });

  it.each([
    ['a foreign page', { origin: 'https://evil.example' }],
    ['a sandboxed page', { origin: 'null' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['a picture in a foreign page', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }],
    ['a name that was re-bound to us', { host: 'evil.example' }],
    [
      'a re-bound name with an Origin to match',
      { host: 'evil.example:80', origin: 'http://evil.example:80' },
    ],
    ['a broken Host', { host: 'a b' }],
  ])('from %s are refused', async (_, headers) => {
    for (const [method, path] of [
      ['GET', '/api/system'],
      ['POST', '/api/runs'],
      ['DELETE', '/api/workflows/x'],
      ['GET', '/'],
    ] as const)
      expect([400, 403]).toContain(await status(method, path, headers as unknown as Record<string, string>));
  });

  it('get no permission for other sites and a strict content policy', async () => {
    const { headers } = await fetch(`${server.url}/api/system`);
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });
});

describe('sockets', () => {
  const outcome = (socket: TestSocket) =>
    new Promise<string>((resolve) => {
      socket.once('connect', () => resolve('connected'));
      socket.once('connect_error', () => resolve('refused'));
    });

  it.each([
    [{}, 'connected'],
    [{ origin: 'http://studio.example:5173' }, 'connected'],
    [{ origin: 'https://evil.example' }, 'refused'],
    [{ origin: 'null' }, 'refused'],
    [{ host: 'evil.example' }, 'refused'],
  ] as const)('with %j are %s', async (headers, expected) => {
    expect(await outcome(server.connect(headers))).toBe(expected);
  });
});

describe('hosts', () => {
  it.each([
    ['[::1]:7860', true],
    ['192.168.1.7:7860', true],
    ['LOCALHOST', true],
    ['impasto.local', true],
    ['localhost.evil.example', false],
    ['[evil', false],
    ['', false],
  ])('%s: %s', (host, taken) => {
    const policy = originPolicy({ host: 'impasto.local' });
    expect(policy({ host }) === undefined).toBe(taken);
  });
});
