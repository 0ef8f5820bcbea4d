import { clipTextEncoder as clipTextGraph } from '../architectures/clipTextEncoder.ts';
import type { ClipTextConfig } from '../architectures/clipTextConfig.ts';
import { ModelError } from '../architectures/modelError.ts';
import type { LayerOptions } from '../layers/layerContext.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { clipTokenizer, type ClipTokenizer } from '../text/clipTokenizer.ts';
import { publishedVocabulary } from '../text/clipVocabulary.ts';
import type { TextEncoder } from '../text/textEncoder.ts';
import { tokenizePrompt, type PromptChunk } from '../text/tokenizePrompt.ts';
import { weightStates } from '../text/weightStates.ts';
import type { TextNetwork } from './modelParts.ts';
import { withNetwork, type RunPlace } from './networkSession.ts';

export interface ClipTextEncoderOptions {
  readonly text: TextNetwork;
  readonly hash: string;
  readonly place: RunPlace;
}

/** CLIP's text encoder as a TextEncoder: one session for any prompt, opened on first use. */
export function clipTextEncoder({ text, hash, place }: ClipTextEncoderOptions): TextEncoder {
  const { config, weights } = text;
  let tokenizer: Promise<ClipTokenizer> | undefined;

  const encodeChunk = async (
    { tokens, weights: emphasis }: PromptChunk,
    skipLayers: number,
  ): Promise<Tensor> => {
    const shown: ClipTextConfig = { ...config, layers: config.layers - skipLayers };
    const network = {
      name: skipLayers === 0 ? 'text' : `text-${skipLayers}`,
      hash,
      weights,
      build: (how: LayerOptions) => clipTextGraph({ ...how, config: shown }),
    };
    const feed = { shape: [1, tokens.length], data: tokens };
    const states = await withNetwork(place, network, (session) =>
      session.run({ tokens: feed }, ['last_hidden_state']),
    );
    return weightStates(states.get('last_hidden_state')!, emphasis);
  };

  return {
    key: `text:${hash}`,
    encode: async (prompt, { skipLayers = 0, maxChunks = 1 } = {}) => {
      if (!Number.isInteger(skipLayers) || skipLayers < 0 || skipLayers >= config.layers)
        throw new ModelError(
          'input',
          `The text encoder has ${config.layers} layers, of which ${skipLayers} cannot be left out`,
        );
      tokenizer ??= tokenizerOf(text);
      const { chunks, count, cut } = tokenizePrompt(prompt, {
        tokenizer: await tokenizer,
        positions: config.positions,
        maxChunks,
      });
      checkNumbers(chunks, config);
      const encoded: Tensor[] = [];
      for (const chunk of chunks) encoded.push(await encodeChunk(chunk, skipLayers));
      return { conditioning: inSequence(encoded), count, room: config.positions - 2, cut };
    },
  };
}

/** The vocabulary that came with the weights; CLIP's published one otherwise, with its special tokens at the end. */
async function tokenizerOf({ config, vocabulary }: TextNetwork): Promise<ClipTokenizer> {
  const { padding } = config;
  const tokenizer = clipTokenizer(
    vocabulary ?? { ...(await publishedVocabulary()), ...(padding === undefined ? {} : { padding }) },
  );
  if (vocabulary || tokenizer.end === config.vocabulary - 1) return tokenizer;
  // A shrunk encoder, as tests use them: its words are unknown, but not its last two tokens.
  const [start, end] = [config.vocabulary - 2, config.vocabulary - 1];
  return { ...tokenizer, start, end, padding: padding ?? end };
}

function checkNumbers(chunks: readonly PromptChunk[], { vocabulary }: ClipTextConfig): void {
  const largest = Math.max(...chunks.map(({ tokens }) => Math.max(...tokens)));
  if (largest < vocabulary) return;
  const message = `The text encoder knows ${vocabulary} tokens, and its tokenizer gives the number ${largest}: they do not belong together`;
  throw new ModelError('contradiction', message);
}

/** `[1, tokens, dim]` each, one behind the other. */
function inSequence(parts: readonly Tensor[]): Tensor {
  const [first] = parts;
  if (parts.length === 1) return first!;
  const [, tokens = 0, dim = 0] = first!.shape;
  const data = new Float32Array(parts.length * tokens * dim);
  parts.forEach((part, i) => data.set(part.data, i * tokens * dim));
  return { shape: [1, parts.length * tokens, dim], data };
}
