import { cycleRows } from '../tensor/cycleRows.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { alphaAtTimestep } from './alphaAtTimestep.ts';
import type { Denoiser, DenoiserCall, DenoiserPatch } from './denoiser.ts';
import type { MaskedBlendOptions } from './maskedBlendPatch.ts';
import { noisedBackground } from './noisedBackground.ts';

export interface BackgroundOnlyOptions extends Pick<MaskedBlendOptions, 'clean'> {
  /** Of the shape of `clean`. */
  readonly noise: Tensor;
  readonly denoiser: Pick<Denoiser, 'alphasCumprod' | 'predictionType'>;
}

/**
 * What stands for maskedBlendPatch when the mask selects nothing, so that the picture is to stay as it is: the answer is
 * the noise that lies on the background, and the network is not asked, unless somebody wants to look inside it.
 */
export function backgroundOnlyPatch({ clean, noise, denoiser }: BackgroundOnlyOptions): DenoiserPatch {
  const { alphasCumprod } = denoiser;
  return async (call, next) => {
    const latent = noisedBackground(call, { clean, noise, alphasCumprod });
    if (call.capture || call.observer) return { ...(await next({ ...call, latent })), latent };
    return { latent, prediction: predictionOf(call, { clean, noise, denoiser }) };
  };
}

/** What a network that knows the background would say of it under this noise. */
function predictionOf({ timesteps }: DenoiserCall, options: BackgroundOnlyOptions): Tensor {
  const { alphasCumprod, predictionType } = options.denoiser;
  const [clean, noise] = [options.clean, options.noise].map((given) => cycleRows(given, timesteps.length));
  if (predictionType === 'epsilon') return noise!;
  const size = noise!.data.length / timesteps.length;
  const alphas = timesteps.map((timestep) => alphaAtTimestep(alphasCumprod, timestep));
  const data = noise!.data.map((value, i) => {
    const alpha = alphas[Math.floor(i / size)]!;
    return Math.sqrt(alpha) * value - Math.sqrt(1 - alpha) * clean!.data[i]!;
  });
  return { shape: noise!.shape, data };
}
