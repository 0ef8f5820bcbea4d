import type { Tensor } from '../../models/tensor/tensor.ts';
import type { Latent } from '../contract/portValues.ts';

/**
 * A latent with other samples of the same noise level. Where a sampling was stopped, one can still go on from that level,
 * but no longer as if nothing had been: what the sampler remembers belongs to the samples that were.
 */
export function changedLatent(latent: Latent, samples: Tensor): Latent {
  if (samples === latent.samples) return latent;
  const { downscale, stopped } = latent;
  if (!stopped) return { samples, downscale };
  const { memory: _, entered: __, ...state } = stopped.state;
  return { samples, downscale, stopped: { ...stopped, state } };
}
