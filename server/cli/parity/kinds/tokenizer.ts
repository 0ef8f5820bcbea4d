import { clipTokenizer } from '../../../../models/text/clipTokenizer.ts';
import { publishedVocabulary } from '../../../../models/text/clipVocabulary.ts';
import type { Kind } from './kind.ts';

interface Entry {
  readonly text: string;
  readonly ids: readonly number[];
}

/** `diffusionclip/tokenizer`: texts to token ids, start and end included, with the published vocabulary. */
export const tokenizer: Kind = async ({ golden, report }) => {
  const { start, end, encode } = clipTokenizer(await publishedVocabulary());
  for (const { text, ids } of (golden.json['entries'] ?? []) as readonly Entry[]) {
    report.values(JSON.stringify(text), [start, ...encode(text), end], ids, 0);
  }
};
