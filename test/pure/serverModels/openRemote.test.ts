import { MockAgent } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openConnections, usualPatience } from '../../../server/models/download/connections.ts';
import { openRemote } from '../../../server/models/download/openRemote.ts';

let agent: MockAgent;
beforeEach(() => {
  agent = new MockAgent();
  agent.disableNetConnect();
});
afterEach(() => agent.close());

/** A public hub, which needs no network here. */
const HUB = 'https://203.0.114.7';
const ask = (token?: string) =>
  openRemote({
    url: new URL(`${HUB}/file`),
    headers: {},
    token,
    connections: { direct: agent, guarded: agent, close: () => Promise.resolve() },
    signal: new AbortController().signal,
  });
const redirects = (from: string, location: string) =>
  agent.get(from).intercept({ path: '/file' }).reply(302, '', { headers: { location } });

describe('redirects of a public hub', () => {
  it.each([
    ['http://203.0.114.8/file', /redirects to http:\/\/203\.0\.114\.8, which is not secure/],
    ['https://10.0.0.5/file', /redirects to 10\.0\.0\.5, which is a private address: refused/],
    ['https://[::ffff:127.0.0.1]/file', /is a private address: refused/],
    ['https://169.254.169.254/latest', /is a private address: refused/],
    ['javascript:alert(1)', /redirects to javascript:/],
  ])('to %s are refused', async (location, sentence) => {
    redirects(HUB, location);
    await expect(ask()).rejects.toThrow(sentence);
  });

  it('to another public host are followed, without the token', async () => {
    const seen: unknown[] = [];
    const note = ({ headers }: { headers: unknown }) => {
      seen.push((headers as Record<string, string>)['authorization']);
      return '';
    };
    agent
      .get(HUB)
      .intercept({ path: '/file' })
      .reply(302, note as never, { headers: { location: 'https://203.0.114.8/file' } });
    agent
      .get('https://203.0.114.8')
      .intercept({ path: '/file' })
      .reply(302, note as never, { headers: { location: `${HUB}/other` } });
    agent
      .get(HUB)
      .intercept({ path: '/other' })
      .reply(200, note as never);
    expect((await ask('hf_secret')).status).toBe(200);
    expect(seen).toEqual(['Bearer hf_secret', undefined, undefined]);
  });
});

it('a public name that leads to a private address is refused when it is connected to', async () => {
  const connections = openConnections(usualPatience);
  const asked = connections.guarded.request({ origin: 'http://localhost:9', path: '/', method: 'GET' });
  await expect(asked).rejects.toThrow(/localhost is a private address/);
  await connections.close();
});

it('plain HTTP is for this machine only', async () => {
  const connections = openConnections(usualPatience);
  const asked = openRemote({
    url: new URL('http://203.0.114.7/file'),
    headers: {},
    connections,
    signal: new AbortController().signal,
  });
  await expect(asked).rejects.toThrow(/must be asked over https/);
  await connections.close();
});
