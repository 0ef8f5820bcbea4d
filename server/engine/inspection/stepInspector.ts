import { LRUCache } from 'lru-cache';
import { pixelsToPicture } from '../../../models/image/picturePixels.ts';
import type { Picture } from '../../../models/image/picture.ts';
import type { Autoencoder } from '../../../models/sampling/autoencoder.ts';
import type { Denoiser } from '../../../models/sampling/denoiser.ts';
import type { SamplerStep } from '../../../models/sampling/samplerStep.ts';
import type { Tensor } from '../../../models/tensor/tensor.ts';
import type { SamplingReport } from '../../../nodes/contract/node.ts';
import { Serial } from '../../storage/serial.ts';
import type { Inspection, InspectionAnswer } from '../messages.ts';
import type { Maker } from '../outputCache.ts';
import { stepBytes } from '../stepBytes.ts';
import { AttentionLens } from './attentionLens.ts';
import { InspectionRefusal } from './inspectionRefusal.ts';
import { stepChannels } from './stepChannels.ts';

export interface StepInspectorOptions {
  /** Bytes of steps to keep, of those made or looked at last. */
  readonly budget: number;
  /** The autoencoder that belongs to a denoiser's latents. Throws a sentence when there is none. */
  readonly autoencoderOf: (denoiser: Denoiser, latent: Tensor) => Autoencoder;
  /** Puts the denoiser of an earlier run's node together again. Throws InspectionRefusal when that takes a new run. */
  readonly recall: (maker: Maker) => Promise<Denoiser>;
  /** Whether a run is going. */
  readonly busy: () => boolean;
}

interface KeptStep {
  readonly step: SamplerStep;
  readonly predictionType: Denoiser['predictionType'];
}

const GONE = 'This step is no longer in memory: run the workflow again to look into it.';
const LATER = 'A run is going: the attention lens has to wait until it is over.';

/** Keeps what the steps of the last runs were made from, and answers questions about them. */
export class StepInspector {
  readonly #options: StepInspectorOptions;
  readonly #kept: LRUCache<string, KeptStep>;
  /** Of the last run that sampled, or was looked into: they hold on to inversions and their files. */
  readonly #denoisers = new Map<string, Denoiser>();
  readonly #evaluations = new Serial();
  #lens: { readonly of: SamplerStep; readonly lens: AttentionLens } | undefined;
  readonly #pictures = new WeakMap<Tensor, Promise<Picture>>();

  constructor(options: StepInspectorOptions) {
    this.#options = options;
    this.#kept = new LRUCache({
      maxSize: Math.max(1, options.budget),
      sizeCalculation: ({ step }) => stepBytes(step),
    });
  }

  keep(maker: Maker, { step, denoiser }: NonNullable<SamplingReport['made']>): void {
    this.#denoisers.set(keyOf(maker), denoiser);
    this.#kept.set(keyOf(maker, step.step), { step, predictionType: denoiser.predictionType });
  }

  /** Lets go of denoisers; steps stay. */
  makeRoom(): Promise<void> {
    return this.#evaluations.run(async () => this.#letGo());
  }

  /** Throws InspectionRefusal for what cannot be answered. */
  async answer(question: Inspection): Promise<InspectionAnswer> {
    if (question.about === 'channels') {
      const { step, predictionType } = this.#at(question);
      return { about: 'channels', channels: stepChannels(step, question.request.kind, predictionType) };
    }
    return this.#evaluations.run(async () => {
      if (this.#options.busy()) throw new InspectionRefusal('busy', LATER);
      const { step } = this.#at(question);
      const denoiser = await this.#denoiserOf({ run: question.run, node: question.request.node });
      const lens = await this.#lensOver(denoiser, step, question.request.layer);
      if (question.about === 'lens') return { about: 'lens', lens: lens.look(question.request) };
      const latent = lens.pictureOf(question.request.layer, question.request.picture);
      return { about: 'picture', picture: await this.#picture(latent, denoiser) };
    });
  }

  #at({ run, request: { node, step } }: Inspection): KeptStep {
    const kept = this.#kept.get(keyOf({ run, node }, step));
    if (kept) return kept;
    for (let other = 1; other < step; other++) {
      const of = this.#kept.peek(keyOf({ run, node }, other))?.step.of ?? step;
      if (of < step) throw new InspectionRefusal('bad-request', `"${node}" has ${of} steps, found ${step}.`);
    }
    throw new InspectionRefusal('gone', GONE);
  }

  async #denoiserOf(maker: Maker): Promise<Denoiser> {
    const known = this.#denoisers.get(keyOf(maker));
    if (known) return known;
    this.#letGo();
    const recalled = await this.#options.recall(maker);
    this.#denoisers.set(keyOf(maker), recalled);
    return recalled;
  }

  #letGo(): void {
    this.#denoisers.clear();
    this.#lens = undefined;
  }

  async #lensOver(denoiser: Denoiser, step: SamplerStep, layer: string | undefined): Promise<AttentionLens> {
    if (this.#lens?.of === step && this.#lens.lens.shows(layer)) return this.#lens.lens;
    // Two of them at a time would be one too many.
    this.#lens = undefined;
    const lens = await AttentionLens.over(denoiser, step, layer);
    this.#lens = { of: step, lens };
    return lens;
  }

  #picture(latent: Tensor, denoiser: Denoiser): Promise<Picture> {
    const known = this.#pictures.get(latent);
    if (known) return known;
    const decoded = this.#decode(latent, denoiser);
    this.#pictures.set(latent, decoded);
    decoded.catch(() => this.#pictures.delete(latent));
    return decoded;
  }

  async #decode(latent: Tensor, denoiser: Denoiser): Promise<Picture> {
    const { shape, data } = latent;
    const [rows = 1, ...rest] = shape;
    const first = { shape: [1, ...rest], data: data.subarray(0, data.length / rows) };
    const autoencoder = this.#autoencoderOf(denoiser, latent);
    return pixelsToPicture(await autoencoder.decode(first), { rounding: 'round' });
  }

  #autoencoderOf(denoiser: Denoiser, latent: Tensor): Autoencoder {
    try {
      return this.#options.autoencoderOf(denoiser, latent);
    } catch (error) {
      throw new InspectionRefusal('gone', (error as Error).message);
    }
  }
}

/** Of a node's denoiser, or of one of its steps. */
const keyOf = ({ run, node }: Maker, step?: number): string => JSON.stringify([run, node, step]);
