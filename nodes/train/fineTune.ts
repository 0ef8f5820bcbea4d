import { writeDiffusersModel } from '../../models/catalog/writeDiffusersModel.ts';
import { withParts } from '../../models/catalog/withParts.ts';
import { noTextEncoder } from '../../models/text/noTextEncoder.ts';
import { FineTuning } from '../../models/training/finetune/fineTuning.ts';
import { TrainingError } from '../../models/training/trainer/trainingError.ts';
import { defineNode } from '../contract/node.ts';
import { NodeError } from '../contract/nodeError.ts';
import { readingOf } from '../diffusion/modelReading.ts';
import { fineTuneParams } from './fineTuneParams.ts';
import { watchTraining } from './watchTraining.ts';

export const fineTune = defineNode({
  type: 'train/fine-tune',
  version: 1,
  title: 'Fine-tune',
  help: 'Teaches a model the hand of one painting: its network that removes noise goes on learning, from pieces of the painting. What comes of it is kept as a model of its own, and given on. The curves below the canvas show how far it is off, the pictures what it makes of noise. Paused or cancelled, it keeps what it has learnt, and goes on from there in the next run. It runs on the CPU.',
  inputs: {
    painting: { type: 'image', title: 'Painting', help: 'What it learns from.' },
  },
  outputs: {
    denoiser: { type: 'denoiser', title: 'Denoiser', help: 'With what it has learnt.' },
    autoencoder: { type: 'autoencoder', title: 'Autoencoder', help: 'The model’s own, unchanged.' },
    text: { type: 'textEncoder', title: 'Text encoder', help: 'The model’s own, unchanged.' },
  },
  params: fineTuneParams,
  reportsSteps: true,
  resumable: true,
  isOutput: true,

  fingerprint: (params, services) => services.modelHash(params.model, readingOf(params)),

  async run({ inputs, params, signal, services, step, note }) {
    const { steps, learningRate, crop, rows, seed, every, otherSettings } = params;
    const model = withParts(
      await services.openModel(params.model, readingOf(params)),
      'denoiser',
      'autoencoder',
    );
    const settings = { steps, learningRate, crop, rows, seed };
    const place = await services.training(params.name);
    try {
      const checkpoint = { path: place.checkpoint, every, otherSettings };
      const { painting } = inputs;
      const tuning = await FineTuning.open({ model, painting, settings, checkpoint }).catch(withWayOut);
      try {
        const { averages } = await watchTraining(tuning.train(signal), {
          every,
          step,
          picture: (values) => tuning.picture(values, signal),
          warn: (notice) => note('warning', notice),
        });
        signal.throwIfAborted();
        const { predictionType } = model.denoiser;
        await place.saveModel((folder) =>
          writeDiffusersModel(folder, tuning.parts(averages!), predictionType),
        );
      } finally {
        await tuning.release();
      }
    } finally {
      await place.release();
    }
    note('model', params.name);
    const made = withParts(await services.openModel(params.name), 'denoiser', 'autoencoder');
    return { denoiser: made.denoiser, autoencoder: made.autoencoder, text: made.text ?? noTextEncoder };
  },
});

/** A checkpoint is in the way: says what a person can do about that, and where. */
function withWayOut(error: unknown): never {
  const inTheWay =
    error instanceof TrainingError && (error.code === 'other-settings' || error.code === 'checkpoint');
  if (!inTheWay) throw error;
  const message = `${error.message} Choose another name, or say in “Other settings” what is to happen.`;
  throw new NodeError(error.code as 'checkpoint', message, 'otherSettings');
}
