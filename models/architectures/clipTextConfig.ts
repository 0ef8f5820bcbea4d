import { z } from 'zod';
import { parseConfig } from './parseConfig.ts';
import { countBlocks, MOST_BLOCKS, sizeOf, type TensorShapes } from './tensorShapes.ts';

/** What `clipTextEncoder` is built from. */
export interface ClipTextConfig {
  readonly vocabulary: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediate: number;
  readonly positions: number;
  readonly activation: 'quick_gelu' | 'gelu';
  readonly epsilon: number;
  /** Token that fills up, where it is not the end token: 0 in OpenCLIP's encoders. */
  readonly padding?: number;
}

const size = z.number().int().positive();

const fields = z.object({
  vocab_size: size.default(49408),
  hidden_size: size.default(512),
  num_hidden_layers: size.max(MOST_BLOCKS).default(12),
  num_attention_heads: size.default(8),
  intermediate_size: size.default(2048),
  max_position_embeddings: size.default(77),
  hidden_act: z.enum(['quick_gelu', 'gelu']).default('quick_gelu'),
  layer_norm_eps: z.number().positive().default(1e-5),
});

/** Reads a transformers `text_encoder/config.json` of a CLIPTextModel. Throws ModelError naming the field. */
export function parseClipTextConfig(json: unknown, file: string): ClipTextConfig {
  const raw = parseConfig({ json, file, schema: fields, supported: { model_type: ['clip_text_model'] } });
  return {
    vocabulary: raw.vocab_size,
    hidden: raw.hidden_size,
    layers: raw.num_hidden_layers,
    heads: raw.num_attention_heads,
    intermediate: raw.intermediate_size,
    positions: raw.max_position_embeddings,
    activation: raw.hidden_act,
    epsilon: raw.layer_norm_eps,
  };
}

/**
 * Reads the configuration off the shapes of `text_model.*`; heads are hidden / 64 unless given. OpenCLIP's encoders
 * compute GELU exactly and fill up with token 0; one is told by its 1024 channels or more where its names do not show it.
 * Throws ModelError when a tensor that it is read off is missing.
 */
export function clipTextConfigFromShapes(
  shapes: TensorShapes,
  { file, heads, openClip }: { readonly file: string; readonly heads?: number; readonly openClip: boolean },
): ClipTextConfig {
  const size = (name: string, axis: number) => sizeOf(shapes, `text_model.${name}`, { axis, file });
  const hidden = size('embeddings.token_embedding.weight', 1);
  const exact = openClip || hidden >= 1024;
  return {
    vocabulary: size('embeddings.token_embedding.weight', 0),
    hidden,
    layers: countBlocks(shapes, 'text_model.encoder.layers'),
    heads: heads ?? Math.max(1, Math.floor(hidden / 64)),
    intermediate: size('encoder.layers.0.mlp.fc1.weight', 0),
    positions: size('embeddings.position_embedding.weight', 0),
    activation: exact ? 'gelu' : 'quick_gelu',
    epsilon: 1e-5,
    ...(exact ? { padding: 0 } : {}),
  };
}
