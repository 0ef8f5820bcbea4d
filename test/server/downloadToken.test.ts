import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { body, FILE, useDownloading } from './fixtures/downloading.ts';
import { HostileHub, good, sha256 } from './fixtures/hostileHub.ts';

const here = useDownloading();
const { at, list, pulled, failure } = here;

describe('the access token', () => {
  const TOKEN = 'hf_secretsecretsecret';

  it('is shown to the hub, and to no other host that it redirects to', async () => {
    await here.restart({ token: TOKEN });
    const other = await HostileHub.start();
    try {
      other.on('/cdn/blob', good(body));
      here.hub.on(FILE, (_request, response) => {
        response.writeHead(302, {
          location: `${other.url}/cdn/blob`,
          'x-linked-etag': `"${sha256(body)}"`,
          'x-linked-size': body.length,
        });
        response.end();
      });
      expect(await pulled()).toMatchObject({ state: 'done' });
      expect(here.hub.headersOf(FILE)[0]?.authorization).toBe(`Bearer ${TOKEN}`);
      expect(other.requests[0]?.headers.authorization).toBeUndefined();
    } finally {
      await other.close();
    }
  });

  it('may be given while Impasto runs: it is kept for the next start, and never told again', async () => {
    const settings = join(here.server.dataFolder, 'settings.json');
    await writeFile(settings, JSON.stringify({ hub: 'https://hub.example' }));
    here.hub.on(FILE, (asked, response, count) => {
      if (asked.headers.authorization === `Bearer ${TOKEN}`) good(body)(asked, response, count);
      else response.writeHead(401).end();
    });
    expect(await failure()).toMatch(/signed in/);
    const put = (token: unknown) => here.client.send('PUT', '/api/hub/token', { json: { token } });
    const told = await put(` ${TOKEN} `);
    expect(told.json).toEqual({ address: `${here.hub.url}/`, offline: false, token: 'saved' });
    expect(await pulled()).toMatchObject({ state: 'done' });
    expect(JSON.parse(await readFile(settings, 'utf8'))).toEqual({
      hub: 'https://hub.example',
      token: TOKEN,
    });
    expect((await stat(settings)).mode & 0o077).toBe(0);
    expect(JSON.stringify((await here.client.send('GET', '/api/hub')).json)).not.toContain(TOKEN);
    expect((await put('two words')).status).toBe(400);
    expect((await put(null)).json).toMatchObject({ token: 'none' });
    expect(JSON.parse(await readFile(settings, 'utf8'))).toEqual({ hub: 'https://hub.example' });
  });

  it('is not shown to the address of a catalogue, nor to one that a broken-off download names', async () => {
    await here.restart({ token: TOKEN });
    const other = await HostileHub.start();
    try {
      other.on('/net.safetensors', good(body));
      const entry = { id: 'mine', title: 'Mine', role: 'vgg', homepage: 'https://example.org' };
      const own = { ...entry, url: `${other.url}/net.safetensors`, files: [{ path: 'net.safetensors' }] };
      await writeFile(join(here.server.dataFolder, 'catalogue.json'), JSON.stringify([own]));
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
    await here.restart({ token: TOKEN });
    here.hub.on(FILE, (_request, response) => void response.writeHead(403).end(TOKEN));
    const message = await failure();
    expect(message).toMatch(/refuses .* with this access token \(403\): accept the licence/);
    expect(JSON.stringify(await list())).not.toContain(TOKEN);
    const state = await readFile(at('net.safetensors.part.json'), 'utf8').catch(() => '');
    expect(state).not.toContain(TOKEN);
  });
});
