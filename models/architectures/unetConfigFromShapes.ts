import { countBlocks, MOST_LEVELS, sizeOf, type TensorShapes } from './tensorShapes.ts';
import type { UNetConfig } from './unetConfig.ts';

/**
 * Reads the configuration off the shapes of a UNet under diffusers names. The number of heads cannot be seen there: 8
 * for projections by convolution (SD 1.x), 64 channels each for linear ones (SD 2.x), unless given. Throws ModelError
 * when a tensor that it is read off is missing.
 */
export function unetConfigFromShapes(shapes: TensorShapes, file: string, heads?: number): UNetConfig {
  const size = (name: string, axis: number) => sizeOf(shapes, name, { axis, file });
  const levels = Array.from({ length: countBlocks(shapes, 'down_blocks', MOST_LEVELS) }, (_, level) => level);
  const blockOutChannels = levels.map((level) => size(`down_blocks.${level}.resnets.0.conv1.weight`, 0));
  const attends = (block: string) => shapes.has(`${block}.attentions.0.proj_in.weight`);
  const shapeOfAny = (ending: string) => [...shapes].find(([name]) => name.endsWith(ending))?.[1];
  const linearProjection = shapeOfAny('.proj_in.weight')?.length === 2;
  return {
    inChannels: size('conv_in.weight', 1),
    outChannels: size('conv_out.weight', 0),
    blockOutChannels,
    layersPerBlock: countBlocks(shapes, 'down_blocks.0.resnets'),
    downAttention: levels.map((level) => attends(`down_blocks.${level}`)),
    upAttention: levels.map((level) => attends(`up_blocks.${levels.length - 1 - level}`)),
    midAttention: attends('mid_block'),
    heads: blockOutChannels.map(
      (channels) => heads ?? (linearProjection ? Math.max(1, Math.floor(channels / 64)) : 8),
    ),
    crossAttentionDim: shapeOfAny('.attn2.to_k.weight')?.[1] ?? 1,
    normGroups: 32,
    normEpsilon: 1e-5,
    linearProjection,
    flipSinToCos: true,
    freqShift: 0,
  };
}
