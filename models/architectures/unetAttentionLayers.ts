import type { AttentionLayer } from '../sampling/denoiser.ts';
import type { UNetConfig } from './unetConfig.ts';

/** The self-attention layers of a UNet in the order in which it runs them. */
export function unetAttentionLayers(config: UNetConfig): AttentionLayer[] {
  const { blockOutChannels, layersPerBlock } = config;
  const levels = blockOutChannels.length;
  const found: AttentionLayer[] = [];
  const push = (id: string, level: number): void => {
    const channels = blockOutChannels[level]!;
    found.push({ id, channels, heads: config.heads[level]!, downscale: 2 ** level });
  };
  for (let level = 0; level < levels; level++) {
    if (!config.downAttention[level]) continue;
    for (let i = 0; i < layersPerBlock; i++) push(`input.${level * (layersPerBlock + 1) + 1 + i}`, level);
  }
  if (config.midAttention) push('middle', levels - 1);
  for (let step = 0; step < levels; step++) {
    const level = levels - 1 - step;
    if (!config.upAttention[level]) continue;
    for (let i = 0; i <= layersPerBlock; i++) push(`output.${step * (layersPerBlock + 1) + i}`, level);
  }
  return found;
}
