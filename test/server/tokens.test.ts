import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tokenCountSchema } from '../../server/protocol/tokens.ts';
import { TokenCounter } from '../../server/tokens/tokenCounter.ts';
import { TestClient } from './fixtures/testClient.ts';
import { TestServer } from './fixtures/testServer.ts';

let server: TestServer;
let client: TestClient;

beforeAll(async () => {
  server = await TestServer.start();
  client = new TestClient(server.url);
});
afterAll(() => server.close());

const post = (json: object) => client.send('POST', '/api/tokens', { json });
const count = async (prompt: string, long: 'pieces' | 'cut' = 'pieces') =>
  tokenCountSchema.parse((await post({ prompt, long })).json);

it('are counted as the text encoder sees them', async () => {
  // CLIP: "a", "painting", "of", "a", "fox"; brackets of emphasis are none.
  expect(await count('a painting of a (fox:1.3)')).toEqual({
    words: 5,
    room: 75,
    pieces: 1,
    lost: 0,
    cut: '',
  });
  expect(await count('')).toMatchObject({ words: 0, pieces: 1, lost: 0 });
});

it('beyond the limit go on in pieces, or are cut, and then it is said what is lost', async () => {
  const long = `${'fox '.repeat(75)}sees snow`;
  expect(await count(long)).toMatchObject({ words: 77, pieces: 2, lost: 0, cut: '' });
  expect(await count(long, 'cut')).toMatchObject({ words: 77, pieces: 1, lost: 2, cut: 'sees snow' });
  expect(await count('fox '.repeat(16 * 75 + 1))).toMatchObject({ pieces: 16, lost: 1, cut: 'fox' });
});

it("are those of the model's own vocabulary, where it has one", async () => {
  const model = join(server.dataFolder, 'models', 'own');
  await mkdir(join(model, 'unet'), { recursive: true });
  await mkdir(join(model, 'tokenizer'));
  const words = ['<|startoftext|>', '<|endoftext|>', 'f', 'o', 'x</w>'];
  const vocabulary = Object.fromEntries(words.map((word, at) => [word, at]));
  await writeFile(join(model, 'tokenizer', 'vocab.json'), JSON.stringify(vocabulary));
  await writeFile(join(model, 'tokenizer', 'merges.txt'), '#version: 0.2\n');
  const ask = { prompt: 'fox', long: 'cut' };
  expect((await post({ ...ask, model: 'own' })).json).toMatchObject({ words: 3 });
  expect((await post({ ...ask, model: '../models/own' })).json).toMatchObject({ words: 1 });
});

it('are counted while others are served', async () => {
  const slow = Promise.all(Array.from({ length: 8 }, () => count('a'.repeat(20_000))));
  let counted = false;
  void slow.then(() => (counted = true));
  expect((await client.send('GET', '/api/nodes')).status).toBe(200);
  expect(counted).toBe(false);
  await slow;
});

it.each([
  [{ long: 'pieces' }, /prompt.*missing/],
  [{ prompt: 'x'.repeat(20_001), long: 'pieces' }, /20,000 characters/],
  [{ prompt: '', long: 'never' }, /long/],
])('are refused with a sentence', async (body, sentence) => {
  const { status, json } = await post(body);
  expect(status).toBe(400);
  expect(JSON.stringify(json)).toMatch(sentence);
});

it('that take too long are given up, and the next ones are counted again', async () => {
  const entry = fileURLToPath(new URL('fixtures/fakeTokenThread.mjs', import.meta.url));
  const counter = new TokenCounter({ entry, timeout: 1_000 });
  await expect(counter.count({ prompt: 'hang', pieces: 1 })).rejects.toThrow('takes too long');
  expect(await counter.count({ prompt: 'a', pieces: 1 })).toMatchObject({ words: 1 });
  counter.close();
});
