import { join } from 'node:path';
import type { IdentifiedModel, ModelFacts } from '../../models/catalog/diffusionModel.ts';
import { withParts } from '../../models/catalog/withParts.ts';
import type { Autoencoder } from '../../models/sampling/autoencoder.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import type { ModelReading, NodeServices, TrainingPlace } from '../../nodes/contract/services.ts';
import { modelFolders } from '../models/modelFolders.ts';
import type { PreviewChoice } from '../protocol/previews.ts';
import { readContent, type ContentFolders } from './contentFiles.ts';
import type { EngineSettings } from './messages.ts';
import { LatentPreviews } from './latentPreviews.ts';
import { ModelShelf } from './modelShelf.ts';
import { StepPreviews, type MadePictures } from './stepPreviews.ts';
import { StepStore } from './stepStore.ts';
import { trainingPlace } from './trainingPlace.ts';

export interface EngineServicesOptions {
  readonly settings: EngineSettings;
  /** What `settings.device` came to. */
  readonly device: string;
  readonly precision: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly identifyModel: (path: string, reading: ModelReading) => Promise<IdentifiedModel>;
}

/** Of one run. */
export interface ServiceScope {
  readonly spillFolder: string;
  /** Absent = no step pictures. */
  readonly previews: PreviewChoice | undefined;
  readonly modelUsed: (name: string, model: ModelFacts) => void;
  readonly warn: (message: string) => void;
  /** Told whether it would have something to put away when it is stopped. */
  readonly keeping: (keeping: boolean) => void;
}

export interface ScopedServices {
  readonly services: NodeServices;
  readonly stepPreviews: StepPreviews;
}

/** Stands for the denoiser of an autoencoder that came without one: it serves the denoisers that came without it. */
const ALONE = '';

/** What the engine lends to nodes, run after run: models, files, pictures of latents, and steps that were made before. */
export class EngineServices {
  readonly #options: EngineServicesOptions;
  readonly #shelf: ModelShelf;
  readonly #steps: StepStore;
  readonly #previews: LatentPreviews;
  readonly #content: ContentFolders;
  readonly #stepPictures: MadePictures = new WeakMap();
  /** Autoencoders by the key of the denoiser that came with them: what a sampler's latents can be shown with. */
  readonly #autoencoders = new Map<string, Autoencoder>();

  constructor(options: EngineServicesOptions) {
    const { settings, identifyModel } = options;
    const { dataFolder, builtinFolder } = settings;
    const samples = join(builtinFolder, 'samples');
    this.#options = options;
    this.#shelf = new ModelShelf({ folders: modelFolders(settings), identify: identifyModel });
    this.#steps = new StepStore(settings.stepBudget);
    this.#previews = new LatentPreviews({ cache: join(dataFolder, 'cache', 'previews'), samples });
    this.#content = { files: join(dataFolder, 'files'), samples };
  }

  for({ spillFolder, previews, modelUsed, warn, keeping }: ServiceScope): ScopedServices {
    const stepPreviews = this.#stepPreviews(previews, warn);
    const services: NodeServices = {
      openModel: async (name, reading) => {
        const model = await this.#shelf.open(name, reading);
        const { denoiser, autoencoder } = model;
        if (autoencoder) this.#autoencoders.set(denoiser?.key ?? ALONE, autoencoder);
        if (autoencoder) await stepPreviews.prepare(autoencoder);
        return model;
      },
      // Every loader is asked for it in every run, so the record names models also when all is cached.
      modelHash: async (name, reading) => {
        const model = await this.#shelf.identify(name, reading);
        modelUsed(name, model);
        return this.#resultsOf(model);
      },
      readFile: (reference) => readContent(reference, this.#content),
      previewLatent: (latent, autoencoder) => this.#previews.show(latent, autoencoder),
      stepPicture: async (latent, denoiserKey) =>
        stepPreviews.show(latent, this.autoencoderOf(denoiserKey, latent)),
      sampling: (key, first) => this.#steps.record(key, first),
      training: (name) => this.#training(name, keeping),
      spillFolder,
      featureBudget: this.#options.settings.featureBudget,
    };
    return { services, stepPreviews };
  }

  /** What a denoiser's latents can be shown with. Throws a sentence when no such autoencoder was loaded. */
  autoencoderOf(denoiserKey: string, latent: Tensor): Autoencoder {
    const key = denoiserKey.split('|')[0] ?? denoiserKey;
    const own = this.#autoencoders.get(key) ?? this.#autoencoders.get(ALONE);
    if (own && own.latentChannels === latent.shape[1]) return own;
    throw new Error(
      `No autoencoder for latents of ${latent.shape[1]} channels was loaded, so they cannot be shown as a picture.`,
    );
  }

  /** Results differ between devices, precisions and versions, in the last digits at least, so they are not exchanged. */
  #resultsOf({ hash }: ModelFacts): string {
    const { device, precision, versions } = this.#options;
    return JSON.stringify([hash, device, precision, versions['impasto'], versions['onnxruntime']]);
  }

  /** A training is given time to keep what it has learnt for as long as it holds its place. */
  async #training(name: string, keeping: ServiceScope['keeping']): Promise<TrainingPlace> {
    const place = await trainingPlace(name, this.#options.settings);
    keeping(true);
    const release = async (): Promise<void> => {
      keeping(false);
      await place.release();
    };
    return { ...place, release };
  }

  #stepPreviews(choice: PreviewChoice | undefined, warn: (message: string) => void): StepPreviews {
    return new StepPreviews({
      choice,
      made: this.#stepPictures,
      linear: this.#previews,
      openDecoder: async (name) => withParts(await this.#shelf.open(name), 'autoencoder').autoencoder,
      warn,
    });
  }
}
