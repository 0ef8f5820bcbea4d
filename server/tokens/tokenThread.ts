import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import { ifAbsent } from '../../models/files/ifAbsent.ts';
import { type ClipTokenizer, clipTokenizer } from '../../models/text/clipTokenizer.ts';
import { folderVocabulary, publishedVocabulary } from '../../models/text/clipVocabulary.ts';
import { tokenizePrompt } from '../../models/text/tokenizePrompt.ts';
import type { TokenCount } from '../protocol/tokens.ts';
import type { FromTokenThread, ToTokenThread } from './tokenMessages.ts';

/** The thread that counts tokens: a vocabulary takes half a second to read, in which nobody could be served. */

/** Of CLIP's text encoders, as Stable Diffusion uses them. */
const POSITIONS = 77;

const tokenizers = new LRUCache<string, Promise<ClipTokenizer>>({ max: 4 });
const answer = (message: FromTokenThread): void => parentPort!.postMessage(message, []);

parentPort!.on('message', (request: ToTokenThread) => {
  const { id } = request;
  count(request).then(
    (result) => answer({ id, count: result }),
    (error: unknown) => answer({ id, message: error instanceof Error ? error.message : String(error) }),
  );
});

async function count({ prompt, pieces, model }: ToTokenThread): Promise<TokenCount> {
  const tokenizer = await tokenizerOf(model === undefined ? undefined : join(model, 'tokenizer'));
  const options = { tokenizer, positions: POSITIONS, maxChunks: pieces };
  const { chunks, count: words, cut } = tokenizePrompt(prompt, options);
  const room = POSITIONS - 2;
  return { words, room, pieces: chunks.length, lost: Math.max(0, words - room * pieces), cut };
}

async function tokenizerOf(folder: string | undefined): Promise<ClipTokenizer> {
  const facts =
    folder === undefined ? undefined : await stat(join(folder, 'vocab.json')).catch(ifAbsent(undefined));
  const key = facts ? `${folder} ${facts.mtimeMs}` : '';
  const known = tokenizers.get(key);
  if (known) return known;
  const tokenizer = open(facts && folder);
  tokenizers.set(key, tokenizer);
  tokenizer.catch(() => tokenizers.delete(key));
  return tokenizer;
}

async function open(folder: string | undefined): Promise<ClipTokenizer> {
  const own = folder === undefined ? undefined : await folderVocabulary(folder);
  return clipTokenizer(own ?? (await publishedVocabulary()));
}
