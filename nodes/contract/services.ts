import type { DiffusionModel } from '../../models/catalog/diffusionModel.ts';
import type { Picture } from '../../models/image/picture.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import type { Autoencoder } from '../../models/sampling/autoencoder.ts';
import type { SampledStep } from '../../models/sampling/samplerStep.ts';

/** How to read a model's file where it does not say it, or holds two things. */
export interface ModelReading {
  readonly predictionType?: 'epsilon' | 'v_prediction';
  /** The averaged copy (EMA) of the UNet. */
  readonly averaged?: boolean;
}

/** What is remembered of a sampling. */
export interface SamplingRecord {
  /** Its steps that were made before, without a gap from the first that was asked for. */
  readonly known: readonly SampledStep[];
  /** Adds the step that follows. */
  add(step: SampledStep): void;
}

/** Where a training is kept, under its name. */
export interface TrainingPlace {
  /** Path of its checkpoint. */
  readonly checkpoint: string;
  /** Lets others have it: a place is held by one training at a time. */
  release(): Promise<void>;
  /** Puts what `write` writes into a folder among the models, under the same name. An earlier one of this training gives way. */
  saveModel(write: (folder: string) => Promise<void>): Promise<void>;
}

/** What the engine lends to nodes. Nodes never touch paths, processes or sockets themselves. */
export interface NodeServices {
  /** The model known by this name (`builtin`, or one in the models folder). Throws NodeError `missing-model`. */
  openModel(name: string, reading?: ModelReading): Promise<DiffusionModel>;
  /** Identity of that model and of what runs it: device and versions. */
  modelHash(name: string, reading?: ModelReading): Promise<string>;
  /** The bytes of an uploaded or sample file by its reference. Throws NodeError `missing-file`. */
  readFile(reference: string): Promise<Uint8Array>;
  /** A quick look at a latent `[1, C, h, w]` as a small picture, by a linear map fitted for that autoencoder. */
  previewLatent(latent: Tensor, autoencoder: Autoencoder): Promise<Picture>;
  /** The same for a sampler's step, in the way that the person who watches has chosen. */
  stepPicture(latent: Tensor, denoiserKey: string): Promise<Picture>;
  /** The sampling with that key from a step on, counted from 1: no step is done twice while it is remembered. */
  sampling(key: string, first: number): SamplingRecord;
  /** Throws NodeError `bad-parameter` for what is no name, the name of a model that no training made, or a place that is held. */
  training(name: string): Promise<TrainingPlace>;
  /** Where attention features go when they outgrow memory: a folder that is emptied after the run. */
  readonly spillFolder: string;
  /** Bytes that one trajectory's features may take in memory before they spill. */
  readonly featureBudget: number;
}
