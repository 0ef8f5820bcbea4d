import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { catalogueSchema } from '../../server/protocol/models.ts';
import { body, FILE, useDownloading } from './fixtures/downloading.ts';
import { good, sha256, weights } from './fixtures/hostileHub.ts';

const here = useDownloading();
const { at, post, pulled, failure, models } = here;

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
    here.hub.on('/org/whole', () => undefined);
    here.hub.on('/api/models/org/whole/revision/main?blobs=true', (_request, response) => {
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
      here.hub.on(`/org/whole/resolve/${commit}/${path}`, good(content));
  });

  it('arrives with what is needed of it, at one commit, as one model', async () => {
    expect(await pulled({ repository: 'org/whole' })).toMatchObject({ state: 'done', name: 'whole' });
    for (const [path, content] of Object.entries(files))
      expect(await readFile(at('whole', path))).toEqual(content);
    const asked = here.hub.requests.map(({ path }) => path).filter((path) => path.includes('/resolve/'));
    expect(asked).toHaveLength(Object.keys(files).length);
    expect((await models()).at(-1)).toMatchObject({ name: 'whole', layout: 'diffusers', downloaded: true });
  });

  it('shows no half model, and goes on with the files that are missing', async () => {
    const unet = 'unet/diffusion_pytorch_model.safetensors';
    const path = `/org/whole/resolve/${commit}/${unet}`;
    here.hub.on(path, (_request, response) => void response.writeHead(404).end());
    expect(await failure({ repository: 'org/whole' })).toMatch(/has no unet\/diffusion_pytorch_model/);
    expect((await models()).map(({ name }) => name)).toEqual(['builtin']);
    here.hub.on(path, good(files[unet]!));
    expect(await pulled({ repository: 'org/whole' })).toMatchObject({ state: 'done' });
    expect(here.hub.countOf(`/org/whole/resolve/${commit}/model_index.json`)).toBe(1);
  });

  it.each<[string, RegExp, string]>([
    ['no list', /cannot be understood: is the hub's address right/, '<html>'],
    [
      'nothing to use',
      /holds no diffusers model/,
      JSON.stringify({ siblings: [{ rfilename: 'README.md' }] }),
    ],
  ])('that gives %s is refused', async (_, sentence, text) => {
    here.hub.on(
      '/api/models/org/whole/revision/main?blobs=true',
      (_request, response) => void response.end(text),
    );
    expect(await failure({ repository: 'org/whole' })).toMatch(sentence);
  });

  it('whose list does not arrive says so', async () => {
    here.hub.on('/api/models/org/whole/revision/main?blobs=true', (request) => void request.socket.destroy());
    expect(await failure({ repository: 'org/whole' })).toMatch(
      /^org\/whole could not be received: the connection was cut/,
    );
  });
});

describe('an entry of the catalogue', () => {
  const catalogue = (entries: object[]) =>
    writeFile(join(here.server.dataFolder, 'catalogue.json'), JSON.stringify(entries));
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
    here.hub.on(FILE, good(body));
    expect(await pulled({ entry: 'mine' })).toMatchObject({ state: 'done', title: 'Mine' });
    const { entries } = await here.client.get('/api/models/catalogue', catalogueSchema);
    expect(entries.find(({ id }) => id === 'mine')).toMatchObject({ installed: 'net.safetensors' });
    const again = await post({ entry: 'mine' });
    expect([again.status, JSON.stringify(again.json)]).toEqual([
      409,
      expect.stringContaining('is here already'),
    ]);
  });

  it('has the last word about size and sum', async () => {
    here.hub.on(FILE, good(body));
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
    expect(here.hub.countOf(FILE)).toBe(0);
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
