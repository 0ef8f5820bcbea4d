import type { UNetConfig } from './unetConfig.ts';

/** Whether a UNet takes, behind the noisy latent, that of a picture with a hole and the hole's mask. */
export function isForInpainting({
  inChannels,
  outChannels,
}: Pick<UNetConfig, 'inChannels' | 'outChannels'>): boolean {
  return inChannels === 2 * outChannels + 1;
}
