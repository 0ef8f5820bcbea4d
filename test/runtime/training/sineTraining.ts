import { Graph } from '../../../models/graph/graph.ts';
import { openSession } from '../../../models/runtime/openSession.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import { trainingGraph } from '../../../models/training/trainer/trainingGraph.ts';
import type { TrainingOptions } from '../../../models/training/trainer/trainingOptions.ts';

const WIDTH = 24;

/** A small network that learns the sine of its input: matrices, a nonlinearity, two losses; run by onnxruntime. */
export async function sineTraining(path: string, steps: number): Promise<TrainingOptions> {
  const graph = new Graph();
  const [x, y] = [graph.input('x', [32, 1]), graph.input('y', [32, 1])];
  const shapes = { first: [1, WIDTH], offset: [WIDTH], second: [WIDTH, 1] } as const;
  const trained = new Map(Object.entries(shapes).map(([name, shape]) => [name, graph.input(name, shape)]));
  const [first, offset, second] = [...trained.values()];
  const error = x.matmul(first!).add(offset!).tanh().matmul(second!).sub(y);
  const terms = new Map([
    ['error', { value: error.mul(error).mean(), weight: 1 }],
    ['size', { value: second!.abs().sum(), weight: 1e-3 }],
  ]);
  const model = trainingGraph({ graph, terms, trained })(await openSession(graph, { device: 'cpu' }));
  const start = (count: number, scale: number) =>
    Float32Array.from({ length: count }, (_, i) => scale * Math.sin(1 + 7 * i));
  return {
    model,
    values: [start(WIDTH, 1), start(WIDTH, 1), start(WIDTH, 0.1)],
    batch: async (_, random) => {
      const inputs = Float32Array.from({ length: 32 }, () => 6 * random.uniform() - 3);
      return { x: tensor([32, 1], inputs), y: tensor([32, 1], inputs.map(Math.sin)) };
    },
    settings: {
      steps,
      seed: '11',
      optimiser: { kind: 'adam' },
      schedule: { kind: 'cosine', learningRate: 0.02, steps: 400, warmUp: 5 },
      averageDecay: 0.99,
      task: { losses: { error: 1, size: 1e-3 } },
    },
    checkpoint: { path, every: 3 },
  };
}
