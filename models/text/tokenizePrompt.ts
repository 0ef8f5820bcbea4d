import type { ClipTokenizer } from './clipTokenizer.ts';
import { parseEmphasis } from './parseEmphasis.ts';

/** What the text encoder sees at once: start token, words, end token, padding. */
export interface PromptChunk {
  /** As many as the encoder has positions. */
  readonly tokens: Int32Array;
  /** How much each token's state counts. */
  readonly weights: Float32Array;
}

export interface TokenizedPrompt {
  /** At least one. */
  readonly chunks: readonly PromptChunk[];
  /** Tokens of the words, without start, end and padding; those that were cut included. */
  readonly count: number;
  /** Words that the chunks have no room for. */
  readonly cut: string;
}

export interface TokenizeOptions {
  readonly tokenizer: ClipTokenizer;
  /** Positions of the text encoder: 77 in CLIP. */
  readonly positions: number;
  /** Chunks at most: what does not fit into them is cut. */
  readonly maxChunks: number;
}

/**
 * A prompt with emphasis (see parseEmphasis) as chunks of tokens for CLIP's text encoder: one chunk holds 75 tokens of
 * words between start and end; a longer prompt goes on in further chunks.
 */
export function tokenizePrompt(prompt: string, options: TokenizeOptions): TokenizedPrompt {
  const { tokenizer, positions, maxChunks } = options;
  const words = parseEmphasis(prompt).flatMap(({ text, weight }) =>
    tokenizer.encode(text).map((token) => ({ token, weight })),
  );
  const room = positions - 2;
  const kept = words.slice(0, room * maxChunks);
  const chunks: PromptChunk[] = [];
  for (let from = 0; from === 0 || from < kept.length; from += room) {
    const inside = kept.slice(from, from + room);
    const tokens = new Int32Array(positions).fill(tokenizer.padding);
    const weights = new Float32Array(positions).fill(1);
    tokens[0] = tokenizer.start;
    inside.forEach(({ token, weight }, i) => {
      tokens[i + 1] = token;
      weights[i + 1] = weight;
    });
    tokens[inside.length + 1] = tokenizer.end;
    chunks.push({ tokens, weights });
  }
  const cut = tokenizer.decode(words.slice(kept.length).map(({ token }) => token));
  return { chunks, count: words.length, cut };
}
