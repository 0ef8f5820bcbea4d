import type { Picture } from '../../models/image/picture.ts';
import { pixelsToPicture } from '../../models/image/picturePixels.ts';
import type { Autoencoder } from '../../models/sampling/autoencoder.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import type { StepReport } from '../../nodes/contract/node.ts';
import type { PreviewChoice } from '../protocol/previews.ts';
import type { LatentPreviews } from './latentPreviews.ts';

/** Pictures by what they show, and how they were made: a step that is told again shows its own again. */
export type MadePictures = WeakMap<Tensor, { readonly how: string; readonly picture: Promise<Picture> }>;

export interface StepPreviewsOptions {
  /** Absent = nobody looks. */
  readonly choice: PreviewChoice | undefined;
  readonly made: MadePictures;
  readonly linear: LatentPreviews;
  readonly openDecoder: (name: string) => Promise<Autoencoder>;
  /** Told once, in a sentence, when pictures cannot be made as they were asked for. */
  readonly warn: (message: string) => void;
}

/** Makes the pictures of one run's sampling steps, in the way that the run asks for. */
export class StepPreviews {
  readonly #options: StepPreviewsOptions;
  #choice: PreviewChoice | undefined;

  constructor(options: StepPreviewsOptions) {
    this.#options = options;
    this.#choice = options.choice;
  }

  /** Whether a step gets a picture: the last one always does. */
  isDue(report: StepReport): boolean {
    // Made already, as often as the node was asked to.
    if ('losses' in report) return this.#options.choice !== undefined;
    const { step, of } = report;
    const choice = this.#choice;
    if (!choice) return false;
    return choice.kind === 'linear' || step % choice.every === 0 || step === of;
  }

  /** Does beforehand, when a model is loaded, what would hold up a sampler between two steps. */
  async prepare(own: Autoencoder): Promise<void> {
    if (this.#choice?.kind === 'tiny') await this.#tiny(this.#choice.model, own.latentChannels);
    if (this.#choice?.kind !== 'linear') return;
    await this.#options.linear.prepare(own).catch((error: Error) => {
      this.#choice = undefined;
      this.#options.warn(`There are no step pictures: ${sentence(error)}`);
    });
  }

  /** The first row of a scaled latent `[B, C, h, w]` as a picture; `own` is the autoencoder that it belongs to. */
  show(latent: Tensor, own: Autoencoder): Promise<Picture> {
    const { made } = this.#options;
    const how = JSON.stringify(this.#choice);
    const known = made.get(latent);
    if (known?.how === how) return known.picture;
    const picture = this.#make(latent, own);
    made.set(latent, { how, picture });
    picture.catch(() => made.delete(latent));
    return picture;
  }

  async #make(latent: Tensor, own: Autoencoder): Promise<Picture> {
    const choice = this.#choice;
    const decoder = choice?.kind === 'tiny' ? await this.#tiny(choice.model, latent.shape[1]!) : own;
    if (!decoder || choice?.kind === 'linear') return this.#options.linear.show(latent, own);
    return pixelsToPicture(await decoder.decode(firstRow(latent)), { rounding: 'round' });
  }

  /** Undefined when it cannot serve: pictures are then made by the linear map. */
  async #tiny(name: string, channels: number): Promise<Autoencoder | undefined> {
    try {
      const tiny = await this.#options.openDecoder(name);
      if (tiny.latentChannels === channels) return tiny;
      throw new Error(
        `it is for latents of ${tiny.latentChannels} channels, and this model's have ${channels}`,
      );
    } catch (error) {
      this.#choice = { kind: 'linear' };
      this.#options.warn(
        `The step pictures are quick ones, since "${name}" cannot be used for them: ${sentence(error as Error)}`,
      );
      return undefined;
    }
  }
}

/** With one full stop at its end. */
function sentence({ message }: Error): string {
  return message.endsWith('.') ? message : `${message}.`;
}

function firstRow({ shape, data }: Tensor): Tensor {
  const [rows = 1, ...rest] = shape;
  return { shape: [1, ...rest], data: data.subarray(0, data.length / rows) };
}
