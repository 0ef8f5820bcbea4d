import { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { conv2d } from '../layers/conv2d.ts';
import { groupNorm } from '../layers/groupNorm.ts';
import { LayerContext, type LayerOptions } from '../layers/layerContext.ts';
import { linear } from '../layers/linear.ts';
import { resBlock } from '../layers/resBlock.ts';
import { silu } from '../layers/silu.ts';
import { spatialTransformer } from '../layers/spatialTransformer.ts';
import { steeredLevel } from '../layers/steeredLevel.ts';
import { timestepEmbedding } from '../layers/timestepEmbedding.ts';
import { upsample } from '../layers/upsample.ts';
import type { UNetConfig } from './unetConfig.ts';

export interface UNetOptions extends LayerOptions {
  readonly config: UNetConfig;
  /** Size of the latent. */
  readonly height: number;
  readonly width: number;
  /** Opens the way down to features from outside, with so many fusion blocks at its deepest levels (see steeredLevel). */
  readonly steering?: { readonly fusionBlocks: number };
  /** Without the hooks of the self-attention layers: to be trained. */
  readonly closed?: boolean;
}

/**
 * The UNet of Stable Diffusion 1.x and 2.x (arXiv 2112.10752; diffusers UNet2DConditionModel, LDM UNetModel) as a graph.
 * Inputs `latent` [B, C, h, w], `timesteps` [B], `context` [B, tokens, dim] and those of attentionHook; outputs
 * `prediction` [B, C', h, w], the hooks' and what is exposed: `t_emb`, `emb`, `input_blocks.N`, `middle_block`,
 * `output_blocks.N` and their sub-layers, such as `input_blocks.1.1.attn1` or `output_blocks.6.1.attn1.attn_probs`; with
 * steering also `steered.LEVEL` and `interact_blocks.N`.
 * Sides may be odd: each level halves them rounding up.
 */
export function unet2dCondition(options: UNetOptions): Graph {
  const { config, height, width } = options;
  const root = new LayerContext(options);
  const { graph } = root;
  const latent = graph.input('latent', ['B', config.inChannels, height, width]);
  const timesteps = graph.input('timesteps', ['B']);
  const context = graph.input('context', ['B', 'contextTokens', config.crossAttentionDim]);
  const embedding = timeEmbedding(root, timesteps, config);
  const { steering, closed = false } = options;
  const network: Network = { root, config, context, embedding: silu(embedding), steering, closed };

  const skips = inputBlocks(network, latent);
  const middle = middleBlock(network, skips.at(-1)!);
  const x = outputBlocks(network, middle, skips);
  const normal = root.block('conv_norm_out', 'out.0', (l) => groupNorm(l, x, groups(config)));
  const prediction = root.at('conv_out', 'out.2', (l) =>
    conv2d(l, silu(normal), { channels: config.outChannels }),
  );
  graph.output('prediction', prediction);
  root.checkExposed();
  return graph;
}

interface Network {
  readonly root: LayerContext;
  readonly config: UNetConfig;
  readonly context: Value;
  /** After the SiLU that every residual block starts its projection with. */
  readonly embedding: Value;
  readonly steering: UNetOptions['steering'];
  readonly closed: boolean;
}

function timeEmbedding(root: LayerContext, timesteps: Value, config: UNetConfig): Value {
  const channels = config.blockOutChannels[0]!;
  const features = channels * 4;
  const sinusoids = root.reveal('t_emb', timestepEmbedding(timesteps, { channels, ...config }));
  const hidden = root.at('time_embedding.linear_1', 'time_embed.0', (l) =>
    linear(l, sinusoids, { features }),
  );
  const result = root.at('time_embedding.linear_2', 'time_embed.2', (l) =>
    linear(l, silu(hidden), { features }),
  );
  return root.reveal('emb', result);
}

/** The way down; returns every block's output, which the way up concatenates. */
function inputBlocks(network: Network, latent: Value): Value[] {
  const { root, config } = network;
  const { layersPerBlock, blockOutChannels } = config;
  const first = root.at('', 'input_blocks.0', (block) =>
    block.reveal(
      '',
      block.at('conv_in', '0', (l) => conv2d(l, latent, { channels: blockOutChannels[0]! })),
    ),
  );
  const outputs = [first];
  for (const [level, channels] of blockOutChannels.entries()) {
    const attends = config.downAttention[level]!;
    for (let layer = 0; layer < layersPerBlock; layer++) {
      const place = { weights: `down_blocks.${level}`, layer, level, attends };
      const id = `input.${outputs.length}`;
      const scope = `input_blocks.${outputs.length}`;
      const input = outputs.at(-1)!;
      const output = root.block('', scope, (l) => layers(network, l, { x: input, channels, id, ...place }));
      outputs.push(layer === layersPerBlock - 1 ? steered(network, output, level) : output);
    }
    if (level === blockOutChannels.length - 1) break;
    const input = outputs.at(-1)!;
    const weights = `down_blocks.${level}.downsamplers.0.conv`;
    const scope = `input_blocks.${outputs.length}`;
    outputs.push(root.block(weights, scope, (l) => conv2d(l, input, { channels, stride: 2 })));
  }
  return outputs;
}

function steered({ root, config, steering }: Network, x: Value, level: number): Value {
  if (!steering) return x;
  const block = level - (config.blockOutChannels.length - steering.fusionBlocks);
  return steeredLevel(root, x, { level, block: block < 0 ? undefined : block });
}

function middleBlock(network: Network, x: Value): Value {
  const { root, config, embedding } = network;
  const level = config.blockOutChannels.length - 1;
  const options = { channels: config.blockOutChannels[level]!, embedding, ...groups(config) };
  return root.block('mid_block', 'middle_block', (block) => {
    const first = block.block('resnets.0', '0', (l) => resBlock(l, x, options));
    const middle = config.midAttention
      ? block.block('attentions.0', '1', (l) => transformer(network, l, { x: first, level, id: 'middle' }))
      : first;
    return block.block('resnets.1', config.midAttention ? '2' : '1', (l) => resBlock(l, middle, options));
  });
}

function outputBlocks(network: Network, middle: Value, skips: readonly Value[]): Value {
  const { root, config } = network;
  const { blockOutChannels, layersPerBlock } = config;
  const levels = blockOutChannels.length;
  const rest = [...skips];
  let x = middle;
  for (let step = 0; step < levels; step++) {
    const level = levels - 1 - step;
    const channels = blockOutChannels[level]!;
    const attends = config.upAttention[level]!;
    for (let layer = 0; layer <= layersPerBlock; layer++) {
      const number = step * (layersPerBlock + 1) + layer;
      const input = x.concat([rest.pop()!], 1);
      const place = { weights: `up_blocks.${step}`, layer, level, attends };
      x = root.block('', `output_blocks.${number}`, (block) => {
        const out = layers(network, block, { x: input, channels, id: `output.${number}`, ...place });
        if (layer < layersPerBlock || level === 0) return out;
        const next = rest.at(-1)!;
        const size = [next.size(2), next.size(3)] as const;
        return block.block(`up_blocks.${step}.upsamplers.0`, attends ? '2' : '1', (l) =>
          upsample(l, out, size),
        );
      });
    }
  }
  return x;
}

interface BlockPlace {
  readonly x: Value;
  readonly channels: number;
  /** Prefix of the diffusers block and the index of the layer in it. */
  readonly weights: string;
  readonly layer: number;
  readonly level: number;
  readonly attends: boolean;
  readonly id: string;
}

/** A residual block, and a transformer where the level attends. */
function layers(network: Network, block: LayerContext, place: BlockPlace): Value {
  const { weights, layer, level, id, channels } = place;
  const options = { channels, embedding: network.embedding, ...groups(network.config) };
  const hidden = block.block(`${weights}.resnets.${layer}`, '0', (l) => resBlock(l, place.x, options));
  if (!place.attends) return hidden;
  return block.block(`${weights}.attentions.${layer}`, '1', (l) =>
    transformer(network, l, { x: hidden, level, id }),
  );
}

function transformer(
  { config, context, closed }: Network,
  layer: LayerContext,
  { x, level, id }: { x: Value; level: number; id: string },
): Value {
  const { normGroups, linearProjection } = config;
  const heads = config.heads[level]!;
  const options = { heads, groups: normGroups, context, linearProjection };
  return spatialTransformer(layer, x, closed ? options : { ...options, id });
}

function groups(config: UNetConfig) {
  return { groups: config.normGroups, epsilon: config.normEpsilon };
}
