import type { Denoiser } from '../../models/sampling/denoiser.ts';
import type { SamplerStep } from '../../models/sampling/samplerStep.ts';
import type { SamplingReport } from '../contract/node.ts';
import type { NodeServices } from '../contract/services.ts';
import { overallStatistics } from '../latent/channelStatistics.ts';

/** What a person sees of a sampler's step: the clean picture that the network has in mind, made only when looked at. */
export function stepReport(made: SamplerStep, denoiser: Denoiser, services: NodeServices): SamplingReport {
  const { step, of, timestep, latent, predictedClean } = made;
  return {
    step,
    of,
    timestep,
    picture: () => services.stepPicture(predictedClean, denoiser.key),
    values: overallStatistics(latent),
    made: { step: made, denoiser },
  };
}
