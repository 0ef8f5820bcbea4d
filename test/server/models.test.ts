import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  addedModelSchema,
  catalogueSchema,
  modelsSchema,
  verifiedModelSchema,
} from '../../server/protocol/models.ts';
import { writeTinyModel } from '../helpers/writeTinyModel.ts';
import { TestClient } from './fixtures/testClient.ts';
import { TestServer } from './fixtures/testServer.ts';
import { until } from './fixtures/until.ts';

let server: TestServer;
let client: TestClient;
let elsewhere: string;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const at = (...names: string[]) => join(server.dataFolder, ...names);
const inModels = (...names: string[]) => at('models', ...names);
const models = async () => (await client.get('/api/models', modelsSchema)).models;
const model = async (name: string) => (await models()).find((found) => found.name === name);
const linked = async () => (await models()).filter((found) => found.linked).map(({ name }) => name);
const add = (json: object) => client.send('POST', '/api/models', { json });
const remove = (name: string, query = '') =>
  client.send('DELETE', `/api/models/${encodeURIComponent(name)}${query}`);

beforeAll(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), 'impasto-elsewhere-'));
  for (const name of ['far.safetensors', 'other.safetensors', 'notes.txt'])
    await writeFile(join(elsewhere, name), `content of ${name}`);
  for (const part of ['unet', 'vae', 'tokenizer']) {
    await mkdir(join(elsewhere, 'folder', part), { recursive: true });
    await writeFile(join(elsewhere, 'folder', part, 'config.json'), '{}');
  }
  await writeFile(join(elsewhere, 'folder', 'unet', 'diffusion_pytorch_model.safetensors'), 'unet');
  await writeFile(join(elsewhere, 'folder', 'unet', 'diffusion_pytorch_model.bin'), 'the same, pickled');
  await writeFile(join(elsewhere, 'folder', 'README.md'), 'not of the model');
  server = await TestServer.start();
  client = new TestClient(server.url);
  await mkdir(inModels(), { recursive: true });
});
afterAll(async () => {
  await server.close();
  await rm(elsewhere, { recursive: true, force: true });
});

describe('a file in the models folder', () => {
  it('is told of when it is put there, replaced and taken away by hand', async () => {
    const socket = server.connect();
    let told = 0;
    socket.on('models', () => told++);
    await until('the socket is connected', () => socket.connected);
    await writeFile(inModels('by-hand.ckpt'), 'first');
    await until('its hash is known', async () => (await model('by-hand.ckpt'))?.hash === sha256('first'));
    await writeFile(inModels('by-hand.ckpt'), 'second');
    await until('its hash is new', async () => (await model('by-hand.ckpt'))?.hash === sha256('second'));
    const before = told;
    await rm(inModels('by-hand.ckpt'));
    await until('its end is told', () => told > before);
    expect(await model('by-hand.ckpt')).toBeUndefined();
  });
});

it('says what a model is, or why it is none', async () => {
  await writeTinyModel(inModels('tiny'));
  await writeFile(inModels('broken.safetensors'), 'no safetensors at all');
  const tiny = await until('it was recognised', async () => {
    const found = await model('tiny');
    return found?.role && found;
  });
  expect(tiny).toMatchObject({ role: 'diffusion', architecture: expect.any(String) as string });
  const problem = await until('it was refused', async () => (await model('broken.safetensors'))?.problem);
  expect(problem).toMatch(/^broken\.safetensors/);
});

describe('adding by reference', () => {
  it('lists the model at once, tells everybody, and reads its hash in the background', async () => {
    const socket = server.connect();
    let told = 0;
    socket.on('models', () => told++);
    await until('the socket is connected', () => socket.connected);
    const { status, json } = await add({ path: join(elsewhere, 'far.safetensors') });
    expect([status, addedModelSchema.parse(json).name]).toEqual([201, 'far.safetensors']);
    expect(await model('far.safetensors')).toMatchObject({ linked: true, downloaded: false, bytes: 26 });
    await until('its hash is known', async () => (await model('far.safetensors'))?.hash);
    expect((await model('far.safetensors'))?.hash).toBe(sha256('content of far.safetensors'));
    await until('both changes were told', () => told >= 2);
  });

  it('hashes a folder by the files that are used of it', async () => {
    await add({ path: join(elsewhere, 'folder'), name: 'a folder' });
    const hash = await until('its hash is known', async () => (await model('a folder'))?.hash);
    const lines = [
      `${sha256('{}')}  unet/config.json\n`,
      `${sha256('unet')}  unet/diffusion_pytorch_model.safetensors\n`,
      `${sha256('{}')}  vae/config.json\n`,
    ];
    expect(hash).toBe(sha256(lines.join('')));
  });

  it('says that the target is gone, and finds it again', async () => {
    const path = join(elsewhere, 'disk.safetensors');
    await writeFile(path, 'x');
    await add({ path });
    await rm(path);
    expect(await model('disk.safetensors')).toMatchObject({
      missing: true,
      problem: `It is a link to ${path}, which is not there: is its disk connected?`,
    });
    await writeFile(path, 'x');
    expect(await model('disk.safetensors')).not.toHaveProperty('missing');
  });

  it.each([
    [{ path: 'relative.ckpt' }, 400, /must be absolute/],
    [{ path: '/nowhere/at/all.ckpt' }, 404, /there is nothing at that path/],
    [{ path: '/dev/zero' }, 400, /is no model: expected a \.safetensors/],
    [{ path: '' }, 400, /path.*must not be empty/],
  ])('refuses %j', async (json, status, sentence) => {
    const answer = await add(json);
    expect([answer.status, JSON.stringify(answer.json)]).toEqual([status, expect.stringMatching(sentence)]);
  });

  it.each([
    ['../out', 400],
    ['a/b', 400],
    ['builtin', 400],
    ['.hidden', 400],
    ['x.part', 400],
    ['nul.ckpt', 400],
    ['FAR.safetensors', 409],
    ['far.safetensors', 409],
  ])('refuses the name %j', async (name, status) => {
    const before = await linked();
    const answer = await add({ path: join(elsewhere, 'other.safetensors'), name });
    expect(answer.status).toBe(status);
    expect(await linked()).toEqual(before);
  });

  it('refuses what lies in the models folder, and a file that holds no weights', async () => {
    await writeFile(inModels('mine.ckpt'), 'x');
    expect((await add({ path: inModels('mine.ckpt') })).status).toBe(409);
    expect((await add({ path: join(elsewhere, 'notes.txt') })).status).toBe(400);
  });
});

describe('removing', () => {
  it('forgets a link and leaves its target', async () => {
    await add({ path: join(elsewhere, 'other.safetensors'), name: 'leave me' });
    expect((await remove('leave me')).status).toBe(200);
    expect(await model('leave me')).toBeUndefined();
    expect((await add({ path: join(elsewhere, 'other.safetensors'), name: 'leave me' })).status).toBe(201);
    expect((await remove('leave me')).status).toBe(200);
  });

  it("deletes a person's own file only when told so, and a system's link without its target", async () => {
    await mkdir(inModels('group'), { recursive: true });
    await writeFile(inModels('group', 'own.ckpt'), 'x');
    await symlink(join(elsewhere, 'other.safetensors'), inModels('linked.safetensors'));
    await symlink(elsewhere, inModels('shelf'));
    expect((await remove('group/own.ckpt')).status).toBe(409);
    expect((await remove('group/own.ckpt', '?delete=true')).status).toBe(200);
    expect((await remove('linked.safetensors')).status).toBe(200);
    expect((await remove('shelf/other.safetensors', '?delete=true')).status).toBe(409);
    expect((await remove('group', '?delete=true')).status).toBe(404);
    expect(await model('shelf/other.safetensors')).toBeDefined();
    expect((await remove('builtin', '?delete=true')).status).toBe(409);
    expect((await remove('../models.json', '?delete=true')).status).toBe(404);
  });
});

describe('verifying', () => {
  beforeEach(() =>
    writeFile(
      at('catalogue.json'),
      JSON.stringify([
        {
          id: 'own-model',
          title: 'My own',
          role: 'diffusion',
          homepage: 'https://example.org/model',
          files: [{ path: 'my-own.safetensors', sha256: sha256('as published') }],
        },
        { id: 'Wrong Id', title: 'x', role: 'diffusion', homepage: 'https://example.org' },
        { id: 'no-title', role: 'diffusion', homepage: 'javascript:alert(1)' },
      ]),
    ),
  );
  const verify = async (name: string) =>
    verifiedModelSchema.parse((await client.send('POST', '/api/models/verify', { json: { name } })).json);

  it('knows the published file by its sum, whatever it is called', async () => {
    await writeFile(inModels('renamed.safetensors'), 'as published');
    expect(await verify('renamed.safetensors')).toMatchObject({
      matches: true,
      message: '"renamed.safetensors" is My own, as published (1 of 1 file compared).',
    });
  });

  it('says what is wrong with a damaged one', async () => {
    await writeFile(inModels('my-own.safetensors'), 'as publisheD');
    const { matches, message } = await verify('my-own.safetensors');
    expect(matches).toBe(false);
    expect(message).toMatch(/is not what was published: my-own\.safetensors has the SHA-256 .* expected/);
  });

  it('says when there is nothing to compare with, and when there is no such model', async () => {
    await writeFile(inModels('unknown.safetensors'), 'x');
    expect(await verify('unknown.safetensors')).toMatchObject({
      message: expect.stringContaining('no sum was published') as string,
    });
    expect((await client.send('POST', '/api/models/verify', { json: { name: 'gone' } })).status).toBe(404);
  });

  it("lists the person's own entries beside the published ones, and what is wrong with the others", async () => {
    const { entries, problems } = await client.get('/api/models/catalogue', catalogueSchema);
    expect(entries.find(({ id }) => id === 'own-model')).toMatchObject({ own: true, pull: false });
    expect(entries.find(({ id }) => id === 'stable-diffusion-1.4')).toMatchObject({ own: false, pull: true });
    expect(problems).toEqual([
      'The catalogue catalogue.json, entry 2: "id" must be lower-case letters, digits, dots and dashes.',
      'The catalogue catalogue.json, entry 3: "title" is missing.',
    ]);
  });
});
