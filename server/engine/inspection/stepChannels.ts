import { noisePrediction } from '../../../models/sampling/noisePrediction.ts';
import type { Denoiser } from '../../../models/sampling/denoiser.ts';
import type { SamplerStep } from '../../../models/sampling/samplerStep.ts';
import type { ChannelKind, StepChannels } from '../../protocol/inspection.ts';
import { rounded } from './rounded.ts';

/** The channels of a step's latent, or of the noise that was predicted in it: of the first picture of a batch. */
export function stepChannels(
  { latent, evaluation }: SamplerStep,
  kind: ChannelKind,
  predictionType: Denoiser['predictionType'],
): StepChannels {
  const [, count = 0, height = 0, width = 0] = latent.shape;
  const { seen, prediction, alpha } = evaluation;
  const data =
    kind === 'latent' ? latent.data : noisePrediction({ latent: seen, prediction, predictionType, alpha });
  const area = width * height;
  const channels = Array.from({ length: count }, (_, c) => {
    const values = data.subarray(c * area, (c + 1) * area);
    const mean = values.reduce((sum, value) => sum + value, 0) / area;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / area;
    return {
      minimum: values.reduce((a, b) => Math.min(a, b), Infinity),
      maximum: values.reduce((a, b) => Math.max(a, b), -Infinity),
      mean,
      deviation: Math.sqrt(variance),
      values: rounded(values),
    };
  });
  return { width, height, channels };
}
