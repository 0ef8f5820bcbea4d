import { ModelError } from '../architectures/modelError.ts';
import type { DenoiserCall } from '../sampling/denoiser.ts';
import type { EncoderLevel, EncoderSteering } from '../sampling/encoderSteering.ts';
import { cycleRows } from '../tensor/cycleRows.ts';
import { resizeNearest } from '../tensor/resizeNearest.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { joinWeights } from '../weights/joinWeights.ts';
import type { WeightSource } from '../weights/weightSource.ts';

/** What steering makes of a UNet's session. */
export interface SteeredNetwork {
  /** Ends the session's name: empty for the plain one. */
  readonly suffix: string;
  readonly weights: WeightSource;
  readonly options: { readonly steering?: { readonly fusionBlocks: number } };
}

/** The UNet's own session without steering; with it another one, which holds the fusion blocks. */
export function steeredNetwork(weights: WeightSource, steering: EncoderSteering | undefined): SteeredNetwork {
  if (!steering) return { suffix: '', weights, options: {} };
  const blocks = steering.fusion?.blocks;
  if (!blocks) return { suffix: ':steered', weights, options: { steering: { fusionBlocks: 0 } } };
  return {
    suffix: `:steered-${blocks.hash}`,
    weights: joinWeights(weights, { prefix: 'interact_blocks.', added: blocks.weights }),
    options: { steering: { fusionBlocks: blocks.channels.length } },
  };
}

/** Feeds for the levels of a steered UNet (see steeredLevel). Throws ModelError `input` for steering that does not fit. */
export function steeringFeeds(
  { steering, latent }: DenoiserCall,
  levels: readonly EncoderLevel[],
): Record<string, Tensor> {
  if (!steering) return {};
  checkSteering(steering, levels, latent);
  const { features, strengths, fusion } = steering;
  const rows = latent.shape[0] ?? 1;
  const feeds: Record<string, Tensor> = {};
  const firstFused = levels.length - (fusion?.blocks.channels.length ?? 0);
  for (const [level, feature] of features.entries()) {
    feeds[`features.${level}`] = cycleRows(feature, rows);
    feeds[`strength.${level}`] = { shape: [1, 1, 1, 1], data: Float32Array.of(strengths[level]!) };
    if (!fusion || level < firstFused) continue;
    const [, , height = 0, width = 0] = feature.shape;
    const { shape, data } = resizeNearest(fusion.mask, height, width);
    const clamped = data.map((value) => Math.min(Math.max(value, 0), 1));
    feeds[`mask.${level}`] = cycleRows({ shape, data: clamped }, rows);
  }
  return feeds;
}

function checkSteering(
  { features, strengths, fusion }: EncoderSteering,
  levels: readonly EncoderLevel[],
  latent: Tensor,
): void {
  const refuse = (sentence: string): never => {
    throw new ModelError('input', sentence);
  };
  if (features.length !== levels.length || strengths.length !== levels.length)
    refuse(`The UNet takes features at ${levels.length} levels, found ${features.length}`);
  const [rows = 1, , height = 0, width = 0] = latent.shape;
  for (const [level, { channels, downscale }] of levels.entries()) {
    const { shape } = features[level]!;
    const [given = 1] = shape;
    const size = [channels, Math.ceil(height / downscale), Math.ceil(width / downscale)];
    if (shape.length === 4 && shape.slice(1).join() === size.join() && rows % given === 0) continue;
    refuse(
      `At level ${level} the UNet takes features [${rows}, ${size.join(', ')}] for a latent of ${height} x ${width}, found [${shape.join(', ')}]`,
    );
  }
  if (!fusion) return;
  const found = fusion.blocks.channels;
  const deepest = levels.slice(-found.length).map(({ channels }) => channels);
  if (found.length > levels.length || found.join() !== deepest.join())
    refuse(`The fusion blocks have ${found.join(', ')} channels, the UNet's levels ${deepest.join(', ')}`);
  const { shape } = fusion.mask;
  const [given = 1, channels] = shape;
  if (shape.length !== 4 || channels !== 1 || rows % given !== 0)
    refuse(`The mask of the fusion blocks must be [${rows}, 1, h, w], found [${shape.join(', ')}]`);
}
