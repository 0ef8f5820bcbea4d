import type { DiffusionModel } from '../../models/catalog/diffusionModel.ts';
import { choice } from '../contract/parameter.ts';
import type { ModelReading } from '../contract/services.ts';

/** Parameters that nodes which open a UNet share: what its file does not tell. */
export const readingParams = {
  prediction: choice({
    title: 'Predicts',
    help: 'What the network was trained to predict. Only files of Stable Diffusion 2.x do not say it: the network is then asked what it makes of pure noise, which takes a few seconds.',
    default: 'auto',
    choices: { auto: 'As the file says', epsilon: 'The noise', v_prediction: 'v (velocity)' },
    advanced: true,
  }),
  weights: choice({
    title: 'Weights',
    help: 'Some checkpoints hold two copies: the network as it was at the end of its training, and an average over the training (EMA).',
    default: 'own',
    choices: { own: 'As trained', averaged: 'Averaged (EMA)' },
    advanced: true,
  }),
} as const;

interface ReadingParams {
  readonly prediction: 'auto' | 'epsilon' | 'v_prediction';
  readonly weights: 'own' | 'averaged';
}

export function readingOf({ prediction, weights }: ReadingParams): ModelReading {
  return {
    ...(prediction === 'auto' ? {} : { predictionType: prediction }),
    ...(weights === 'averaged' ? { averaged: true } : {}),
  };
}

/** Says with a run what was opened. */
export function noteModel(note: (name: string, value: string) => void, model: DiffusionModel): void {
  const { title, architecture, hash, denoiser } = model;
  note('model', title);
  note('architecture', architecture);
  note('identity', hash.slice(0, 12));
  if (!denoiser) return;
  note('predicts', denoiser.predictionType === 'epsilon' ? 'the noise' : 'v');
  note('attention layers', denoiser.attentionLayers.map((layer) => layer.id).join(', '));
}
