import type { Tensor } from '../tensor/tensor.ts';
import type { DenoiserPatch } from './denoiser.ts';
import type { EncoderSteering } from './encoderSteering.ts';
import { SamplingError } from './samplingError.ts';

/**
 * Lets features join the way down in every evaluation. Of two such patches the one applied last wins. Evaluations throw
 * SamplingError `shape-mismatch` for a latent of another size than the picture that the features are of.
 */
export function steeringPatch(steering: EncoderSteering): DenoiserPatch {
  return async (call, next) => {
    if (call.steering) return next(call);
    checkSize(call.latent, steering.features[0]);
    return next({ ...call, steering });
  };
}

/** The first level has the size of the latent. */
function checkSize(latent: Tensor, largest: Tensor | undefined): void {
  const [expected, found] = [latent, largest ?? latent].map(({ shape: [, , height, width] }) => [
    width,
    height,
  ]);
  if (found!.join() === expected!.join()) return;
  throw new SamplingError(
    'shape-mismatch',
    `The features that DEF steers with are of a picture of ${found!.join(' x ')} latent cells, the sampler's latent has ${expected!.join(' x ')}: give Adaptive Encoder the very picture that is encoded.`,
  );
}
