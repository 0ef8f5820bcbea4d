import { z } from 'zod';
import { choice, integer, model, number, seed, text } from '../contract/parameter.ts';
import { readingParams } from '../diffusion/modelReading.ts';

/** What a fine-tuning is asked for. */
export const fineTuneParams = z.object({
  model: model({
    title: 'Model',
    help: 'Where it begins. It stays as it is: what is learnt becomes a model of its own.',
    default: 'builtin',
    roles: ['diffusion'],
  }),
  name: text({
    title: 'Name',
    help: 'Of the new model, which appears among the others when the training ends. Run again under the same name, the training goes on where it stopped.',
    default: 'my painter',
  }),
  steps: integer({
    title: 'Steps',
    help: 'How often the model is changed a little. More can be added later under the same name.',
    default: 200,
    min: 1,
    max: 1_000_000,
  }),
  learningRate: number({
    title: 'Learning rate',
    help: 'How far each step goes. Larger learns faster and forgets more; too large, and the pictures fall apart.',
    default: 0.0003,
    min: 0.000001,
    max: 0.01,
    step: 0.000001,
    control: 'number',
  }),
  crop: integer({
    title: 'Crop',
    help: 'Side of the pieces of the painting that it learns from. The painting must be as large at least; it is shrunk when its shorter side has more than 512 pixels.',
    default: 96,
    min: 32,
    max: 1024,
    step: 32,
    unit: 'px',
  }),
  rows: integer({
    title: 'Crops per step',
    help: 'More make each step steadier, and take longer.',
    default: 2,
    min: 1,
    max: 64,
  }),
  every: integer({
    title: 'Picture every',
    help: 'After so many steps a picture shows what the model makes of nothing but noise, and the training is kept.',
    default: 20,
    min: 1,
    max: 100_000,
    unit: 'steps',
    advanced: true,
  }),
  otherSettings: choice({
    title: 'Other settings',
    help: 'What happens when there is a training of this name that was begun with other settings.',
    default: 'refuse',
    choices: {
      refuse: 'Stop, and say what differs',
      'go-on': 'Go on with the new ones',
      'begin-again': 'Begin again',
    },
    advanced: true,
  }),
  seed: seed({
    title: 'Seed',
    help: 'Decides crops, noise and timesteps. The same seed gives the same model on the same machine.',
    default: '1',
  }),
  ...readingParams,
});
