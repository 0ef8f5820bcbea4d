import { createHash } from 'node:crypto';
import { ModelError } from '../../architectures/modelError.ts';
import type { UNetConfig } from '../../architectures/unetConfig.ts';
import { countElements } from '../../catalog/heldInHalf.ts';
import type { DiffusionModel } from '../../catalog/diffusionModel.ts';
import type { ModelParts, Network } from '../../catalog/modelParts.ts';
import type { With } from '../../catalog/withParts.ts';
import type { Picture } from '../../image/picture.ts';
import { pixelsToPicture } from '../../image/picturePixels.ts';
import { sampleDdim } from '../../sampling/sampleDdim.ts';
import { TorchGenerator } from '../../sampling/torchGenerator.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { BatchSource } from '../trainer/trainedModel.ts';
import { train } from '../trainer/train.ts';
import type { TrainingEnd, TrainingOptions, TrainingStep } from '../trainer/trainingOptions.ts';
import type { TrainingSettings } from '../trainer/trainingSettings.ts';
import { checkTrainingMemory } from './checkTrainingMemory.ts';
import { cropBatches } from './cropBatches.ts';
import { openDenoiserTraining, type DenoiserTraining } from './openDenoiserTraining.ts';
import { openFedDenoiser, type FedDenoiser } from './openFedDenoiser.ts';
import { paintingLatents } from './paintingLatents.ts';
import { trainedWeights } from './trainedWeights.ts';

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
}

/** Steps of the small pictures that show how far it is. */
const PICTURE_STEPS = 12;
const WARM_UP = 10;
/** Weights from which on a network's blocks are computed again: beside theirs there is little memory left. */
const LARGE = 1e8;

/**
 * Fine-tuning of a model's UNet on crops of one painting and its mirror image: the error of the prediction at all noise
 * levels, AdamW, and a running average of the weights, which is what is kept. It runs on the CPU.
 */
export class FineTuning {
  readonly #options: FineTuningOptions;
  readonly #training: DenoiserTraining;
  readonly #fed: FedDenoiser;
  readonly #batch: BatchSource;
  /** What every picture is made of. */
  readonly #noise: Tensor;

  private constructor(
    options: FineTuningOptions,
    parts: { training: DenoiserTraining; fed: FedDenoiser; batch: BatchSource; noise: Tensor },
  ) {
    this.#options = options;
    this.#training = parts.training;
    this.#fed = parts.fed;
    this.#batch = parts.batch;
    this.#noise = parts.noise;
  }

  /** Throws PictureError for a painting that is smaller than a crop, ModelError `memory` and what opening a network throws. */
  static async open(options: FineTuningOptions): Promise<FineTuning> {
    const { model, painting, settings } = options;
    const { denoiser, autoencoder, text } = model;
    const unet = unetOf(model);
    const dim = unet.config.crossAttentionDim;
    const silent = { shape: [1, 1, dim], data: new Float32Array(dim) };
    const context = text ? (await text.encode('')).conditioning : silent;
    const side = Math.floor(settings.crop / autoencoder.downscale);
    const [size, shown] = [side, 2 * side].map((length) => ({ height: length, width: length })) as [
      Size,
      Size,
    ];
    const { rows } = settings;
    const recompute = countElements(unet.weights) > LARGE;
    checkTrainingMemory(unet, { ...size, rows, tokens: context.shape[1]!, recompute });
    const latents = await paintingLatents(painting, autoencoder, settings.crop);
    const batch = cropBatches({ latents, ...size, rows, denoiser, context });
    const training = await openDenoiserTraining(unet, { ...size, device: 'cpu', recompute });
    const fed = await openFedDenoiser(unet, { ...shown, device: 'cpu', base: denoiser, context });
    const shape = [1, denoiser.latentChannels, shown.height, shown.width];
    const noise = new TorchGenerator(BigInt(settings.seed)).randn(shape);
    return new FineTuning(options, { training, fed, batch, noise });
  }

  train(how: Pick<TrainingOptions, 'checkpoint' | 'control'>): AsyncGenerator<TrainingStep, TrainingEnd> {
    const { model, values } = this.#training;
    return train({ model, values, batch: this.#batch, settings: this.#settings(), ...how });
  }

  /**
   * What the model makes of nothing but noise with these weights, in the order of training. Throws SamplingError
   * `not-finite`, and the signal's reason when aborted.
   */
  async picture(values: readonly Float32Array[], signal: AbortSignal): Promise<Picture> {
    const denoiser = this.#fed.with(this.#named(values));
    const { latent } = await sampleDdim({
      denoiser,
      latent: this.#noise,
      steps: PICTURE_STEPS,
      signal,
    });
    return pixelsToPicture(await this.#options.model.autoencoder.decode(latent));
  }

  /** The model's networks with these weights in its UNet. */
  parts(values: readonly Float32Array[]): ModelParts {
    const unet = unetOf(this.#options.model);
    const weights = trainedWeights(unet.weights, this.#named(values));
    return { ...this.#options.model.parts!, unet: { ...unet, weights } };
  }

  async release(): Promise<void> {
    await this.#training.session.release();
    await this.#fed.release();
  }

  #named(values: readonly Float32Array[]): ReadonlyMap<string, Float32Array> {
    return new Map(this.#training.model.parameters.map(({ name }, i) => [name, values[i]!]));
  }

  #settings(): TrainingSettings {
    const { model, painting, settings } = this.#options;
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
}

/** Throws ModelError `unsupported` for a UNet that is shown more than a latent. */
function unetOf({ parts, denoiser, title }: TunableModel): Network<UNetConfig> {
  if (denoiser.extraChannels > 0 || !parts?.unet) {
    throw new ModelError('unsupported', `${title} is for inpainting, which cannot be fine-tuned here yet.`);
  }
  return parts.unet;
}

interface Size {
  readonly height: number;
  readonly width: number;
}

function identityOf({ width, height, data }: Picture): string {
  return createHash('sha256').update(`${width}x${height} `).update(data).digest('hex');
}
