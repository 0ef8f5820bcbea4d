import { z } from 'zod';
import { parseConfig } from './parseConfig.ts';
import { countBlocks, MOST_BLOCKS, sizeOf, type TensorShapes } from './tensorShapes.ts';

/** What `clipVisionEncoder` and `exemplarMapper` are built from: Paint by Example's image encoder. */
export interface ExemplarConfig {
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediate: number;
  /** Side of the pictures and of the patches that they are cut into, in pixels. */
  readonly imageSize: number;
  readonly patchSize: number;
  readonly activation: 'quick_gelu' | 'gelu';
  readonly epsilon: number;
  readonly mapperBlocks: number;
  /** Of the context that the UNet takes. */
  readonly contextDim: number;
}

const size = z.number().int().positive();

/** Defaults of transformers' CLIPVisionConfig. */
const fields = z.object({
  hidden_size: size.default(768),
  intermediate_size: size.default(3072),
  num_hidden_layers: size.max(MOST_BLOCKS).default(12),
  num_attention_heads: size.default(12),
  image_size: size.default(224),
  patch_size: size.default(32),
  hidden_act: z.enum(['quick_gelu', 'gelu']).default('quick_gelu'),
  layer_norm_eps: z.number().positive().default(1e-5),
  projection_dim: size.default(768),
});

/**
 * Reads the `image_encoder/config.json` of diffusers' PaintByExampleImageEncoder. How many mapper blocks there are the
 * tensors tell: diffusers derives it from the layers, and the author's model has five for 24. Throws ModelError naming
 * the field.
 */
export function parseExemplarConfig(json: unknown, file: string, shapes: TensorShapes): ExemplarConfig {
  const supported = { num_channels: [3], model_type: ['clip_vision_model'] };
  const raw = parseConfig({ json, file, schema: fields, supported });
  return {
    hidden: raw.hidden_size,
    layers: raw.num_hidden_layers,
    heads: raw.num_attention_heads,
    intermediate: raw.intermediate_size,
    imageSize: raw.image_size,
    patchSize: raw.patch_size,
    activation: raw.hidden_act,
    epsilon: raw.layer_norm_eps,
    mapperBlocks: countBlocks(shapes, 'mapper.blocks'),
    contextDim: raw.projection_dim,
  };
}

/**
 * Reads the configuration off the shapes; heads are hidden / 64 unless given, as in CLIP ViT-L/14. Throws ModelError when
 * a tensor that it is read off is missing.
 */
export function exemplarConfigFromShapes(shapes: TensorShapes, file: string, heads?: number): ExemplarConfig {
  const size = (name: string, axis: number) => sizeOf(shapes, name, { axis, file });
  const vision = 'model.vision_model';
  const hidden = size(`${vision}.embeddings.patch_embedding.weight`, 0);
  const patchSize = size(`${vision}.embeddings.patch_embedding.weight`, 2);
  const patches = size(`${vision}.embeddings.position_embedding.weight`, 0) - 1;
  return {
    hidden,
    layers: countBlocks(shapes, `${vision}.encoder.layers`),
    heads: heads ?? Math.max(1, Math.floor(hidden / 64)),
    intermediate: size(`${vision}.encoder.layers.0.mlp.fc1.weight`, 0),
    imageSize: Math.floor(Math.sqrt(patches)) * patchSize,
    patchSize,
    activation: 'quick_gelu',
    epsilon: 1e-5,
    mapperBlocks: countBlocks(shapes, 'mapper.blocks'),
    contextDim: size('proj_out.weight', 0),
  };
}
