import { ModelError } from '../../architectures/modelError.ts';
import type { UNetConfig } from '../../architectures/unetConfig.ts';
import { countElements } from '../../catalog/heldInHalf.ts';
import type { ModelParts, Network } from '../../catalog/modelParts.ts';
import type { Picture } from '../../image/picture.ts';
import { pixelsToPicture } from '../../image/picturePixels.ts';
import { sampleDdim } from '../../sampling/sampleDdim.ts';
import { TorchGenerator } from '../../sampling/torchGenerator.ts';
import { tensor, type Tensor } from '../../tensor/tensor.ts';
import { Checkpoints } from '../trainer/checkpoints.ts';
import type { BatchSource } from '../trainer/trainedModel.ts';
import { train } from '../trainer/train.ts';
import type { TrainingEnd, TrainingStep } from '../trainer/trainingOptions.ts';
import { checkTrainingMemory } from './checkTrainingMemory.ts';
import { cropBatches } from './cropBatches.ts';
import { openDenoiserTraining, type DenoiserTraining } from './openDenoiserTraining.ts';
import { openFedDenoiser, type FedDenoiser } from './openFedDenoiser.ts';
import { paintingLatents } from './paintingLatents.ts';
import { trainingSettings, type FineTuningOptions, type TunableModel } from './fineTuningOptions.ts';
import { pictureSide } from './pictureSide.ts';
import { trainedWeights } from './trainedWeights.ts';

/** Steps of the small pictures that show how far it is. */
const PICTURE_STEPS = 12;
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

  /**
   * Throws TrainingError for a checkpoint that it cannot go on from, PictureError for a painting that is smaller than a crop,
   * ModelError `memory` and what opening a network throws.
   */
  static async open(options: FineTuningOptions): Promise<FineTuning> {
    const { model, painting, settings, checkpoint } = options;
    const { denoiser, autoencoder } = model;
    const unet = unetOf(model);
    await new Checkpoints(checkpoint, trainingSettings(options)).check();
    const context = await silence(model, unet.config);
    const { rows, crop, seed } = settings;
    const side = Math.floor(crop / autoencoder.downscale);
    const size = { height: side, width: side };
    const recompute = countElements(unet.weights) > LARGE;
    checkTrainingMemory(unet, { ...size, rows, tokens: context.shape[1]!, recompute });
    const latents = await paintingLatents(painting, autoencoder, crop);
    const batch = cropBatches({ latents, ...size, rows, denoiser, context });
    const wide = pictureSide(side);
    const shown = { height: wide, width: wide };
    const noise = new TorchGenerator(BigInt(seed)).randn([
      1,
      denoiser.latentChannels,
      shown.height,
      shown.width,
    ]);
    const training = await openDenoiserTraining(unet, { ...size, device: 'cpu', recompute });
    try {
      const fed = await openFedDenoiser(unet, { ...shown, device: 'cpu', base: denoiser, context });
      return new FineTuning(options, { training, fed, batch, noise });
    } catch (error) {
      await training.session.release();
      throw error;
    }
  }

  /** See train. */
  train(signal?: AbortSignal): AsyncGenerator<TrainingStep, TrainingEnd> {
    const { model, values } = this.#training;
    const { checkpoint } = this.#options;
    const settings = trainingSettings(this.#options);
    return train({ model, values, batch: this.#batch, settings, checkpoint, ...(signal && { signal }) });
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
}

/** Throws ModelError `unsupported` for a UNet that is shown more than a latent. */
function unetOf({ parts, denoiser, title }: TunableModel): Network<UNetConfig> {
  if (denoiser.extraChannels > 0 || !parts?.unet) {
    throw new ModelError('unsupported', `${title} is for inpainting, which cannot be fine-tuned here yet.`);
  }
  return parts.unet;
}

/** What the text encoder makes of no words, `[1, tokens, dim]`; zeros where there is none. */
async function silence({ text }: TunableModel, { crossAttentionDim: dim }: UNetConfig): Promise<Tensor> {
  return text ? (await text.encode('')).conditioning : tensor([1, 1, dim]);
}
