import type { Denoiser } from '../../models/sampling/denoiser.ts';
import type { Latent } from '../contract/portValues.ts';

/** Places of Stable Diffusion's largest self-attention at 512 x 512. */
const USUAL = 64 * 64;
/** Times that work, from which on a person should hear of it before the first step: Stable Diffusion at 1024 x 1024. */
const MUCH = 16;

/** Says so when a network's attention has so much to do at this size that steps take long; it grows with the square of the places. */
export function attentionWarning(
  { samples, downscale }: Latent,
  { attentionLayers }: Pick<Denoiser, 'attentionLayers'>,
): string | undefined {
  const [, , height = 0, width = 0] = samples.shape;
  const finest = Math.min(...attentionLayers.map((layer) => layer.downscale));
  const places = Math.ceil(height / finest) * Math.ceil(width / finest);
  const times = Math.round((places / USUAL) ** 2);
  if (times < MUCH) return undefined;
  return `A step can take minutes: at ${width * downscale} x ${height * downscale} this model’s attention compares ${places} places with each other, ${times} times the work of Stable Diffusion at 512 x 512. Half the width and height take a sixteenth of that`;
}
