import { ModelError } from './modelError.ts';
import { countBlocks, sizeOf, type TensorShapes } from './tensorShapes.ts';

/** What `adaptiveEncoder` is built from. */
export interface AdaptiveEncoderConfig {
  /** Of every level, the largest first. */
  readonly levelChannels: readonly number[];
}

/** What `dualEncoderFusion` blocks are built from. */
export interface FusionConfig {
  /** Of every block, the largest level first. */
  readonly blockChannels: readonly number[];
}

/** Picture and mask are folded by this before the first convolution: one pixel of a feature for a latent cell. */
export const ADAPTER_DOWNSCALE = 8;
/** Of every level, in all published files. */
export const BLOCKS_PER_LEVEL = 2;

/** Reads the configuration off the names and shapes of an adaptive encoder's weights. Throws ModelError. */
export function adaptiveEncoderConfigFromShapes(shapes: TensorShapes, file: string): AdaptiveEncoderConfig {
  const levels = Math.ceil(countBlocks(shapes, 'body') / BLOCKS_PER_LEVEL);
  if (levels === 0) throw new ModelError('layout', `${file}: there are no blocks called body`);
  const channelsOf = (level: number) =>
    sizeOf(shapes, `body.${level * BLOCKS_PER_LEVEL}.block1.weight`, { axis: 0, file });
  return { levelChannels: Array.from({ length: levels }, (_, level) => channelsOf(level)) };
}

/** The same for fusion blocks, `0.norm.weight`, `1.norm.weight`, ... Throws ModelError. */
export function fusionConfigFromShapes(shapes: TensorShapes, file: string): FusionConfig {
  const numbers = [...shapes.keys()].map((name) => /^(\d{1,2})\./.exec(name)?.[1]);
  const blocks = new Set(numbers.filter((number) => number !== undefined)).size;
  if (blocks === 0) throw new ModelError('layout', `${file}: there are no fusion blocks`);
  return {
    blockChannels: Array.from({ length: blocks }, (_, block) =>
      sizeOf(shapes, `${block}.norm.weight`, { axis: 0, file }),
    ),
  };
}
