import type { EncoderLevel } from '../sampling/encoderSteering.ts';
import type { UNetConfig } from './unetConfig.ts';

/** The levels of a UNet's way down, the largest first; in LDM's numbering they end with input blocks 2, 5, 8 and 11. */
export function unetEncoderLevels({ blockOutChannels }: UNetConfig): EncoderLevel[] {
  return blockOutChannels.map((channels, level) => ({ channels, downscale: 2 ** level }));
}
