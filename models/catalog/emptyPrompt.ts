import { clipTextEncoder, emptyPromptTokens } from '../architectures/clipTextEncoder.ts';
import { ModelError } from '../architectures/modelError.ts';
import type { LayerOptions } from '../layers/layerContext.ts';
import type { IndexTensor } from '../runtime/openSession.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { ModelParts } from './modelParts.ts';
import { withNetwork, type RunPlace } from './networkSession.ts';

export interface PromptOptions {
  readonly parts: ModelParts;
  readonly hash: string;
  readonly place: RunPlace;
}

/**
 * The context of the empty prompt, `[1, tokens, dim]`, computed once: by the text encoder, whose session is released
 * right after, or one token of zeros for a model without a text encoder.
 */
export function emptyPromptContext(options: PromptOptions): () => Promise<Tensor> {
  let context: Promise<Tensor> | undefined;
  return () => {
    context ??= computeContext(options).catch((error: unknown) => {
      // A failure (no memory for the session, say) may pass: the next call tries again.
      context = undefined;
      throw error;
    });
    return context;
  };
}

async function computeContext(options: PromptOptions): Promise<Tensor> {
  const { parts, hash, place } = options;
  if (!parts.text) {
    const dim = parts.unet.config.crossAttentionDim;
    return { shape: [1, 1, dim], data: new Float32Array(dim) };
  }
  const { config } = parts.text;
  const hidden = await encodeTokens(options, {
    shape: [1, config.positions],
    data: emptyPromptTokens(config),
  });
  await place.pool.release(`${hash}/text`);
  return hidden;
}

/** Token ids `[B, positions]` to the text encoder's last hidden state `[B, positions, dim]`. */
export function encodeTokens({ parts, hash, place }: PromptOptions, tokens: IndexTensor): Promise<Tensor> {
  const { text } = parts;
  if (!text) throw new ModelError('layout', 'This model has no text encoder');
  const { config, weights } = text;
  const build = (how: LayerOptions) => clipTextEncoder({ ...how, config });
  return withNetwork(place, { name: 'text', hash, weights, build }, async (session) => {
    return (await session.run({ tokens }, ['last_hidden_state'])).get('last_hidden_state')!;
  });
}
