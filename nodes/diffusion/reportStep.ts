import type { Denoiser } from '../../models/sampling/denoiser.ts';
import type { SamplerStep } from '../../models/sampling/samplerLoop.ts';
import type { StepReport } from '../contract/node.ts';
import type { NodeServices } from '../contract/services.ts';
import { overallStatistics } from '../latent/channelStatistics.ts';

/** What a person sees of a sampler's step: the clean picture that the network has in mind, made only when looked at. */
export function stepReport(
  { step, of, timestep, latent, predictedClean }: SamplerStep,
  denoiser: Denoiser,
  services: NodeServices,
): StepReport {
  return {
    step,
    of,
    timestep,
    picture: () => services.stepPicture(predictedClean, denoiser.key),
    values: overallStatistics(latent),
  };
}
