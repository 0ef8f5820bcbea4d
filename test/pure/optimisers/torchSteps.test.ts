import { expect, it } from 'vitest';
import { Adam } from '../../../models/optimisers/adam.ts';
import type { Optimiser, Parameter } from '../../../models/optimisers/optimiser.ts';
import { OptimiserError } from '../../../models/optimisers/optimiserError.ts';
import { Sgd } from '../../../models/optimisers/sgd.ts';

/** torch.manual_seed(3): a weight and three gradients for it, and what torch.optim 1.13 made of it (float32, AVX2). */
const start = [
  -0.076644294, 0.35988152, -0.7820168, -1.6516654, 1.0460228, 0.522187, -0.16680916, 0.0530334, 0.40460715,
  0.61129963, 0.7603904, -1.1952343, 0.9979224, 0.45918044, 2.436397, -0.14680818, 0.485114, 0.20523438,
  0.3384282,
];
const gradients = [
  [
    0.34874636, 0.037066877, -0.06768559, 1.2683468, -0.24832709, 0.6197021, 1.9096979, -1.5780637, 0.5071301,
    0.20301233, -0.20442277, 1.3544285, 1.3777584, 0.62384516, 1.1436113, -0.12143672, 0.62639916, -1.954093,
    -1.2216325,
  ],
  [
    -1.0318878, 1.1390887, 0.7247463, 0.1450322, -0.6232017, -0.011155106, -0.35313487, -0.8387979,
    -1.2328641, -0.68059605, -0.49635023, -0.88228315, 0.56170297, 1.4444133, -0.20898445, -3.1116748,
    -0.4260095, 1.3343091, -0.3281605,
  ],
  [
    0.6229128, 0.4462918, 0.7688117, 0.00044318414, -0.5773503, 1.0048155, -0.9464842, -0.12634651,
    0.31135994, 2.466688, -1.0854398, -0.050172698, 0.54569393, 1.0036533, -0.66791177, -1.0138646,
    -1.1900103, 0.4634328, 0.479546,
  ],
];

interface TorchCase {
  readonly name: string;
  make(parameters: readonly Parameter[]): Optimiser;
  readonly expected: readonly number[];
}

const cases: readonly TorchCase[] = [
  {
    name: 'Adam with weight decay',
    make: (parameters) =>
      new Adam(parameters, {
        learningRate: 4e-3,
        beta1: 0.8,
        beta2: 0.99,
        epsilon: 1e-6,
        weightDecay: 0.1,
      }),
    expected: [
      -0.07844923, 0.34932137, -0.78382164, -1.6594675, 1.0575906, 0.512045, -0.17261381, 0.06359704,
      0.4029386, 0.60682404, 0.7717904, -1.1988828, 0.9868743, 0.44738862, 2.4288363, -0.13645138, 0.4825342,
      0.20909843, 0.34666362,
    ],
  },
  {
    name: 'AdamW',
    make: (parameters) => new Adam(parameters, { learningRate: 2e-2, weightDecay: 0.1, form: 'adamw' }),
    expected: [
      -0.08607653, 0.3068465, -0.787451, -1.6882755, 1.097767, 0.4698335, -0.19785176, 0.10683178, 0.39453378,
      0.5880843, 0.81249774, -1.2130917, 0.9365473, 0.39833552, 2.3907325, -0.09537465, 0.46924463,
      0.22615813, 0.3807051,
    ],
  },
  {
    name: 'SGD with weight decay',
    make: (parameters) => new Sgd(parameters, { learningRate: 1e-2, weightDecay: 0.05 }),
    expected: [
      -0.07592878, 0.34312358, -0.79510015, -1.663314, 1.0589377, 0.5052766, -0.17264253, 0.078366004,
      0.4081432, 0.59049076, 0.777108, -1.1976529, 0.9715913, 0.42778638, 2.4300873, -0.10413508, 0.494287,
      0.20647733, 0.34860942,
    ],
  },
  {
    name: 'SGD with momentum, dampening and weight decay',
    make: (parameters) =>
      new Sgd(parameters, { learningRate: 1e-2, momentum: 0.9, weightDecay: 0.05, dampening: 0.1 }),
    expected: [
      -0.07385068, 0.3344303, -0.7974139, -1.6841077, 1.0658174, 0.49516255, -0.20353024, 0.111108094,
      0.4080715, 0.5936113, 0.78215945, -1.2132031, 0.9434412, 0.4073375, 2.4085305, -0.08080714, 0.48485255,
      0.230629, 0.371908,
    ],
  },
  {
    name: "SGD with Nesterov's momentum",
    make: (parameters) => new Sgd(parameters, { learningRate: 1e-2, momentum: 0.9, nesterov: true }),
    expected: [
      -0.072508864, 0.31925797, -0.8139371, -1.6992227, 1.0824211, 0.4820862, -0.2049305, 0.13243502,
      0.41466174, 0.5758951, 0.8014949, -1.2169499, 0.92495096, 0.37951338, 2.415422, -0.03904216, 0.4977272,
      0.22747064, 0.3802219,
    ],
  },
];

it.each(cases)('$name gives the numbers of PyTorch, bit for bit', ({ make, expected }) => {
  const values = Float32Array.from(start);
  const optimiser = make([{ name: 'weight', shape: [start.length] }]);
  for (const gradient of gradients) optimiser.step([values], [Float32Array.from(gradient)]);
  expect([...values]).toEqual([...Float32Array.from(expected)]);
});

it('settings that cannot be are refused with the range that is expected', () => {
  const make = (settings: object) => () => new Adam([], { learningRate: 1, ...settings });
  expect(make({ beta1: 1 })).toThrow("The optimiser's beta1 is 1; expected a number from 0 to below 1.");
  expect(make({ learningRate: Number.NaN })).toThrow('learningRate is NaN; expected a number from 0 on');
  expect(() => new Sgd([], { learningRate: 1, nesterov: true })).toThrow(OptimiserError);
});
