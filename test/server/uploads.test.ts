import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { apiErrorSchema, uploadSchema } from '../../server/protocol/api.ts';
import { inspectUpload } from '../../server/runs/inspectUpload.ts';
import { fakeLibrary } from './fixtures/fakeLibrary.ts';
import { drawing, pngPicture } from './fixtures/pictures.ts';
import { TestClient } from './fixtures/testClient.ts';
import { TestServer } from './fixtures/testServer.ts';

let server: TestServer;
let client: TestClient;

beforeEach(async () => {
  server = await TestServer.start({ library: { ...fakeLibrary, inspectPicture: inspectUpload } });
  client = new TestClient(server.url);
});
afterEach(() => server.close());

const taken = async (content: Uint8Array, name?: string) => {
  const { status, json } = await client.upload(content, name);
  expect([status, json]).toMatchObject([201, {}]);
  return uploadSchema.parse(json);
};
const stored = async (reference: string) =>
  new Uint8Array(await (await fetch(`${server.url}/api/files/${reference}`)).arrayBuffer());

it('are kept by content: the same picture twice is one file', async () => {
  const content = await pngPicture();
  const first = await taken(content, 'a.png');
  const second = await taken(content, '../../b.exe');
  expect(second).toEqual(first);
  expect(first).toMatchObject({
    width: 40,
    height: 30,
    reference: expect.stringMatching(/^[0-9a-f]{64}\.png$/),
  });
  expect(await stored(first.reference)).toEqual(new Uint8Array(content));
});

it.each([
  ['JPEG', () => drawing().jpeg().toBuffer(), 'jpg'],
  ['WebP', () => drawing().webp().toBuffer(), 'webp'],
  ['GIF', () => drawing().gif().toBuffer(), 'png'],
  ['TIFF', () => drawing().tiff().toBuffer(), 'png'],
  ['CMYK JPEG', () => drawing().toColourspace('cmyk').jpeg().toBuffer(), 'jpg'],
  ['16-bit PNG', () => drawing().toColourspace('rgb16').png().toBuffer(), 'png'],
  ['grey PNG', () => drawing().greyscale().png().toBuffer(), 'png'],
  ['PNG with alpha', () => drawing(40, 30, 4).png().toBuffer(), 'png'],
  ['TIFF with alpha', () => drawing(40, 30, 4).tiff({ compression: 'lzw' }).toBuffer(), 'png'],
])('%s is taken', async (_, make, extension) => {
  const upload = await taken(await make());
  expect(upload).toMatchObject({ width: 40, height: 30 });
  expect(upload.reference.endsWith(`.${extension}`)).toBe(true);
  const { width, hasAlpha } = await sharp(await stored(upload.reference)).metadata();
  expect([width, hasAlpha]).toEqual([40, _.includes('alpha')]);
});

it('that a camera turned are told upright', async () => {
  const turned = await drawing().jpeg().withMetadata({ orientation: 6 }).toBuffer();
  expect(await taken(turned)).toMatchObject({ width: 30, height: 40 });
});

it('of an animation keep its first frame', async () => {
  const frames = await sharp(await drawing(40, 60).raw().toBuffer(), {
    raw: { width: 40, height: 60, channels: 3, pageHeight: 30 },
  })
    .gif({ delay: [100, 100] })
    .toBuffer();
  expect(await taken(frames)).toMatchObject({ width: 40, height: 30 });
});

it('with a workflow inside hand it back', async () => {
  const workflow = { format: 'impasto-workflow', version: 1 };
  const content = await pngPicture({ 'impasto-workflow': JSON.stringify(workflow) });
  expect(await taken(content)).toMatchObject({ workflow });
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  for (const text of ['{nonsense', deep, '{"__proto__":{"x":1}}'])
    expect((await taken(await pngPicture({ 'impasto-workflow': text }))).workflow).toBeUndefined();
});

it.each([
  ['text', 'Hello, I am no picture', 415, 'unsupported-file'],
  ['HTML under the name of a picture', '<script>alert(1)</script>', 415, 'unsupported-file'],
  ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>', 415, 'unsupported-file'],
  ['nothing at all', '', 415, 'unsupported-file'],
  ['a PNG signature alone', '\x89PNG\r\n\x1a\n', 415, 'unsupported-file'],
])('%s is refused in a sentence', async (_, content, status, code) => {
  const answer = await client.upload(Buffer.from(content, 'latin1'));
  expect([answer.status, apiErrorSchema.parse(answer.json).error.code]).toEqual([status, code]);
});

it('that end too early are refused', async () => {
  for (const whole of [await pngPicture(), await drawing(400, 300).jpeg().toBuffer()]) {
    const { status, json } = await client.upload(whole.slice(0, whole.length / 2));
    expect([status, json]).toMatchObject([
      415,
      { error: { message: expect.stringMatching(/ends too early/) } },
    ]);
  }
});

it('that would unpack to gigabytes are refused from their header', async () => {
  // A PNG whose header claims 900 million pixels.
  const bomb = Buffer.from(await drawing().png().toBuffer());
  bomb.writeUInt32BE(30_000, 16);
  bomb.writeUInt32BE(30_000, 20);
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
  const { status, json } = await client.upload(bomb);
  expect([status, json]).toMatchObject([415, { error: { message: expect.stringMatching(/30000 x 30000/) } }]);
});

it('that are too large, or no form, or the wrong field, are refused', async () => {
  expect((await client.upload(new Uint8Array(65 * 1024 * 1024))).status).toBe(413);
  const post = (body: BodyInit, type?: string) =>
    fetch(`${server.url}/api/uploads`, {
      method: 'POST',
      body,
      ...(type && { headers: { 'content-type': type } }),
    });
  const form = new FormData();
  form.set('other', new Blob(['x']), 'x.png');
  expect((await post(form)).status).toBe(400);
  expect((await post('{}', 'application/json')).status).toBe(400);
  expect((await post('--b\r\nContent-Dispo', 'multipart/form-data; boundary=b')).status).toBe(400);
  expect((await post('x', 'multipart/form-data')).status).toBe(400);
});

it('are sent in parts to whoever asks for a part', async () => {
  const content = await pngPicture();
  const { reference } = await taken(content);
  const part = (range: string) =>
    fetch(`${server.url}/api/files/${reference}`, { headers: { range: `bytes=${range}` } });
  const inside = await part('2-4');
  expect([inside.status, new Uint8Array(await inside.arrayBuffer())]).toEqual([
    206,
    new Uint8Array(content).slice(2, 5),
  ]);
  const outside = await part('99999999-');
  expect([outside.status, outside.headers.get('cache-control')]).toEqual([416, null]);
});

it('have thumbnails of some widths, and nothing else by that address', async () => {
  const { reference } = await taken(await drawing(300, 200).png().toBuffer());
  for (let time = 0; time < 2; time++) {
    const response = await fetch(`${server.url}/api/files/${reference}?width=64`);
    expect(response.headers.get('content-type')).toBe('image/webp');
    const { width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    expect([width, height]).toEqual([64, 43]);
  }
  for (const query of ['?width=65', '?width=1e9', '?width=-1', '?width=x'])
    expect((await client.send('GET', `/api/files/${reference}${query}`)).status).toBe(400);
});

it.each(['..%2f..%2fetc%2fpasswd', 'x.png', `${'0'.repeat(64)}.html`, `${'A'.repeat(64)}.png`, '%00.png'])(
  'are not found under %s',
  async (name) => {
    expect([400, 404]).toContain((await client.send('GET', `/api/files/${name}`)).status);
    expect([400, 404]).toContain((await client.send('GET', `/api/samples/${name}`)).status);
  },
);

it('that were never made are not there', async () => {
  expect((await client.send('GET', `/api/files/${'0'.repeat(64)}.png`)).status).toBe(404);
});
