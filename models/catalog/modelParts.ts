import type { AutoencoderConfig } from '../architectures/autoencoderConfig.ts';
import type { ClipTextConfig } from '../architectures/clipTextConfig.ts';
import type { ExemplarConfig } from '../architectures/exemplarConfig.ts';
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

export type PredictionType = 'epsilon' | 'v_prediction';

/** What a file or folder holds of a diffusion model: at least one network. */
export interface ModelParts {
  /** File or folder name, for messages. */
  readonly title: string;
  readonly layout: 'diffusers' | 'single-file';
  readonly unet?: Network<UNetConfig>;
  readonly autoencoder?: Network<AutoencoderConfig>;
  readonly text?: TextNetwork;
  /** Paint by Example's image encoder. */
  readonly vision?: Network<ExemplarConfig>;
  readonly schedule: NoiseScheduleConfig;
  /** Absent when nothing says it (a single file of Stable Diffusion 2.x). */
  readonly predictionType?: PredictionType;
}
