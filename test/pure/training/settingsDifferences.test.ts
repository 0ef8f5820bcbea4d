import { expect, it } from 'vitest';
import { settingsDifferences } from '../../../models/training/trainer/settingsDifferences.ts';
import type { TrainingSettings } from '../../../models/training/trainer/trainingSettings.ts';

const settings: TrainingSettings = {
  steps: 10,
  seed: '1',
  optimiser: { kind: 'adamw', weightDecay: 0.01 },
  schedule: { kind: 'constant', learningRate: 0.1, warmUp: 2 },
  task: { kind: 'fine-tuning', painting: 'a'.repeat(64), crop: 96, levels: [1, 2] },
};

it('says in words what differs, and of a checksum only that it does', () => {
  const saved = {
    ...settings,
    steps: 20,
    optimiser: { kind: 'sgd', weightDecay: 0.02 },
    task: { kind: 'harmony', painting: 'b'.repeat(64), crop: 64, levels: [1, 3] },
  };
  expect(settingsDifferences(settings, saved)).toEqual([
    'optimiser is "adamw", was "sgd"',
    'optimiser weight decay is 0.01, was 0.02',
    'task is "fine-tuning", was "harmony"',
    'painting is another',
    'crop is 96, was 64',
    'levels 1 is 2, was 3',
  ]);
});

it('finds nothing where only the number of steps differs', () => {
  expect(settingsDifferences(settings, { ...settings, steps: 99 })).toEqual([]);
});
