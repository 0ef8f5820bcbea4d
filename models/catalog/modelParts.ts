import type { AutoencoderConfig } from '../architectures/autoencoderConfig.ts';
import type { ClipTextConfig } from '../architectures/clipTextConfig.ts';
import type { UNetConfig } from '../architectures/unetConfig.ts';
import type { NoiseScheduleConfig } from '../sampling/noiseSchedule.ts';
import type { ClipVocabulary } from '../text/clipVocabulary.ts';
import type { WeightSource } from '../weights/weightSource.ts';

export interface Network<Config> {
  /** Under diffusers names. */
  readonly weights: WeightSource;
  readonly config: Config;
}

/** A text encoder's network, and the vocabulary that came with it. */
export interface TextNetwork extends Network<ClipTextConfig> {
  readonly vocabulary?: ClipVocabulary;
}

/** What a diffusion model is made of, whatever files it came in. */
export interface ModelParts {
  readonly layout: 'diffusers' | 'single-file';
  readonly unet: Network<UNetConfig>;
  readonly autoencoder: Network<AutoencoderConfig>;
  readonly text?: TextNetwork;
  readonly schedule: NoiseScheduleConfig;
  readonly predictionType: 'epsilon' | 'v_prediction';
}
