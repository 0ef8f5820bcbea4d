import type { Batch, TrainedModel } from '../../../models/training/trainer/trainedModel.ts';
import type { TrainingOptions } from '../../../models/training/trainer/trainingOptions.ts';
import type { TrainingSettings } from '../../../models/training/trainer/trainingSettings.ts';
import { tensor } from '../../../models/tensor/tensor.ts';

/** A line that is fitted to points: the loss `points` is their squared distance, `size` keeps the slope small. */
export const line: TrainedModel = {
  parameters: [
    { name: 'slope', shape: [1, 1] },
    { name: 'offset', shape: [1] },
  ],
  evaluate: async ([slope, offset], { x, y }: Batch) => {
    const [a, b] = [slope![0]!, offset![0]!];
    let [points, byA, byB] = [0, 0, 0];
    for (let i = 0; i < x!.data.length; i++) {
      const error = a * x!.data[i]! + b - y!.data[i]!;
      points += error ** 2;
      byA += 2 * error * x!.data[i]!;
      byB += 2 * error;
    }
    const losses = new Map([
      ['points', points],
      ['size', a ** 2],
    ]);
    const gradients = [Float32Array.of(byA + 0.02 * a), Float32Array.of(byB)];
    return { losses, total: points + 0.01 * a ** 2, gradients };
  },
};

export const settings: TrainingSettings = {
  steps: 12,
  seed: '7',
  optimiser: { kind: 'adamw', weightDecay: 0.01 },
  schedule: { kind: 'cosine', learningRate: 0.1, steps: 12, warmUp: 2 },
  clipNorm: 5,
  averageDecay: 0.9,
  task: { losses: { points: 1, size: 0.01 } },
};

/** Points near y = 3 x - 1. */
export const lineOptions = (more: Partial<TrainingOptions> = {}): TrainingOptions => ({
  model: line,
  values: [Float32Array.of(0.5), Float32Array.of(0)],
  settings,
  batch: async (_, random) => {
    const x = random.normal([8]);
    return {
      x,
      y: tensor(
        [8],
        x.data.map((v) => 3 * v - 1 + 0.1 * random.uniform()),
      ),
    };
  },
  ...more,
});
