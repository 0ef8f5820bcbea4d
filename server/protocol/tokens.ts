import { z } from 'zod';

/** Characters; no prompt may be longer. */
export const MOST_PROMPT = 20_000;

export const countTokensSchema = z.object({
  prompt: z.string().max(MOST_PROMPT, 'is too long: at most 20,000 characters'),
  /** Name of the model whose text encoder reads it; CLIP's published vocabulary when it is not known. */
  model: z.string().max(400).optional(),
  /** What the Prompt node does with a prompt that is too long. */
  long: z.enum(['pieces', 'cut']),
});
export type CountTokens = z.infer<typeof countTokensSchema>;

export const tokenCountSchema = z.object({
  /** Of the words, without start and end; those that are cut included. */
  words: z.int(),
  /** Tokens of words that one piece has room for: 75. */
  room: z.int(),
  /** How often the text encoder is used. */
  pieces: z.int(),
  /** Tokens that find no room. */
  lost: z.int(),
  /** Their words. */
  cut: z.string(),
});
export type TokenCount = z.infer<typeof tokenCountSchema>;
