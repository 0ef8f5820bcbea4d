import type { DenoiserPatch } from './denoiser.ts';
import type { EncoderSteering } from './encoderSteering.ts';

/** Lets features join the way down in every evaluation. Of two such patches the one applied last wins. */
export function steeringPatch(steering: EncoderSteering): DenoiserPatch {
  return (call, next) => next({ ...call, steering: call.steering ?? steering });
}
