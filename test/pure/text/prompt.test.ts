import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clipTokenizer } from '../../../models/text/clipTokenizer.ts';
import { folderVocabulary, publishedVocabulary } from '../../../models/text/clipVocabulary.ts';
import { parseEmphasis } from '../../../models/text/parseEmphasis.ts';
import { tokenizePrompt } from '../../../models/text/tokenizePrompt.ts';

describe('emphasis', () => {
  const parsed = (prompt: string) =>
    parseEmphasis(prompt).map(({ text, weight }) => `${text}|${Number(weight.toFixed(3))}`);

  it.each([
    ['a cat', ['a cat|1']],
    ['a (cat)', ['a |1', 'cat|1.1']],
    ['a ((big) cat)', ['a |1', 'big|1.21', ' cat|1.1']],
    ['a [cat]', ['a |1', 'cat|0.909']],
    ['a (red:1.5) cat', ['a |1', 'red|1.5', ' cat|1']],
    ['(a (red:2):.5)', ['a |0.5', 'red|1']],
    ['a \\(cat\\)', ['a (cat)|1']],
    ['a) cat]', ['a) cat]|1']],
    ['(a cat', ['a cat|1.1']],
    ['time 12:30', ['time 12:30|1']],
    ['(a:99)', ['a|10']],
    ['', []],
  ])('%j', (prompt, expected) => {
    expect(parsed(prompt)).toEqual(expected);
  });
});

describe('tokens', () => {
  const options = async (maxChunks: number) => ({
    tokenizer: clipTokenizer(await publishedVocabulary()),
    positions: 77,
    maxChunks,
  });

  it('stand between start and end, and are filled up with the end token', async () => {
    const { chunks, count, cut } = tokenizePrompt('a photo of a (cat:1.3).', await options(1));
    expect(chunks[0]!.tokens.slice(0, 10)).toEqual(
      Int32Array.of(49406, 320, 1125, 539, 320, 2368, 269, 49407, 49407, 49407),
    );
    expect(chunks[0]!.tokens).toHaveLength(77);
    expect(chunks[0]!.weights.slice(4, 7)).toEqual(Float32Array.of(1, 1.3, 1));
    expect({ count, cut }).toEqual({ count: 6, cut: '' });
  });

  it('go on in further chunks, or are cut, and it is told which', async () => {
    const prompt = Array.from({ length: 80 }, (_, i) => (i < 75 ? 'cat' : 'dog')).join(' ');
    const one = tokenizePrompt(prompt, await options(1));
    expect({ chunks: one.chunks.length, count: one.count, cut: one.cut }).toEqual({
      chunks: 1,
      count: 80,
      cut: 'dog dog dog dog dog',
    });
    const two = tokenizePrompt(prompt, await options(4));
    expect({ chunks: two.chunks.length, cut: two.cut }).toEqual({ chunks: 2, cut: '' });
    expect(two.chunks[1]!.tokens.slice(0, 7)).toEqual(
      Int32Array.of(49406, 1929, 1929, 1929, 1929, 1929, 49407),
    );
  });

  it('come back as text', async () => {
    const { tokenizer } = await options(1);
    expect(tokenizer.decode(tokenizer.encode("A naïve café, isn't it?"))).toBe("a naïve café, isn 't it?");
  });

  it('come from a checkpoint’s own vocabulary, where it has one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'impasto-vocabulary-'));
    const write = (name: string, text: string) => writeFile(join(folder, name), text);
    expect(await folderVocabulary(folder)).toBeUndefined();
    const words = ['a', 'b', 'a</w>', 'b</w>', 'ab</w>', '!', '<|startoftext|>', '<|endoftext|>'];
    await write('vocab.json', JSON.stringify(Object.fromEntries(words.map((word, i) => [word, i]))));
    await write('merges.txt', '#version: 0.2\na b</w>\n');
    await write('special_tokens_map.json', '{"pad_token": {"content": "!"}}');
    const tokenizer = clipTokenizer((await folderVocabulary(folder))!);
    expect(tokenizer).toMatchObject({ start: 6, end: 7, padding: 5 });
    expect(tokenizer.encode('AB b')).toEqual([4, 3]);
    await write('merges.txt', 'a b c\n');
    await expect(folderVocabulary(folder)).rejects.toThrow('tokenizer/merges.txt: pair 1 is "a b c"');
    await write('vocab.json', '[]');
    await expect(folderVocabulary(folder)).rejects.toThrow('tokenizer/vocab.json is not');
    await rm(folder, { recursive: true });
  });
});
