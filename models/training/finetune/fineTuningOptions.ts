import { createHash } from 'node:crypto';
import type { DiffusionModel } from '../../catalog/diffusionModel.ts';
import type { With } from '../../catalog/withParts.ts';
import type { Picture } from '../../image/picture.ts';
import type { CheckpointOptions } from '../trainer/trainingOptions.ts';
import type { TrainingSettings } from '../trainer/trainingSettings.ts';

export interface FineTuningSettings {
  readonly steps: number;
  readonly learningRate: number;
  /** Side of a crop in pixels, and how many of them a step looks at. */
  readonly crop: number;
  readonly rows: number;
  /** Decimal digits. */
  readonly seed: string;
}

/** A model with both networks that diffusion takes. */
export type TunableModel = With<DiffusionModel, 'denoiser' | 'autoencoder'>;

export interface FineTuningOptions {
  readonly model: TunableModel;
  readonly painting: Picture;
  readonly settings: FineTuningSettings;
  /** Where it is kept. */
  readonly checkpoint: CheckpointOptions;
}

const WARM_UP = 10;

/** What a fine-tuning asks of the trainer. */
export function trainingSettings({ model, painting, settings }: FineTuningOptions): TrainingSettings {
  const { steps, seed, learningRate, crop, rows } = settings;
  return {
    steps,
    seed,
    optimiser: { kind: 'adamw', weightDecay: 0.01 },
    schedule: { kind: 'constant', learningRate, warmUp: WARM_UP },
    clipNorm: 1,
    averageDecay: 0.99,
    task: { kind: 'fine-tuning', model: model.hash, painting: identityOf(painting), crop, rows },
  };
}

function identityOf({ width, height, data }: Picture): string {
  return createHash('sha256').update(`${width}x${height} `).update(data).digest('hex');
}
