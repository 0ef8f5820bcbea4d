import { LRUCache } from 'lru-cache';
import { pixelsToPicture } from '../../../models/image/picturePixels.ts';
import type { Picture } from '../../../models/image/picture.ts';
import type { Autoencoder } from '../../../models/sampling/autoencoder.ts';
import type { Denoiser } from '../../../models/sampling/denoiser.ts';
import type { SamplerStep } from '../../../models/sampling/samplerLoop.ts';
import type { Tensor } from '../../../models/tensor/tensor.ts';
import type { StepReport } from '../../../nodes/contract/node.ts';
import { Serial } from '../../storage/serial.ts';
import type { Inspection, InspectionAnswer } from '../messages.ts';
import { stepBytes } from '../stepBytes.ts';
import { AttentionLens } from './attentionLens.ts';
import { InspectionRefusal } from './inspectionRefusal.ts';
import { stepChannels } from './stepChannels.ts';

export interface StepInspectorOptions {
  /** Bytes of steps to keep, of the runs looked at or made last. */
  readonly budget: number;
  /** The autoencoder that belongs to a denoiser's latents. Throws when there is none. */
  readonly autoencoderOf: (denoiser: Denoiser, latent: Tensor) => Autoencoder;
  /** Whether a run is going. */
  readonly busy: () => boolean;
}

interface KeptSteps {
  readonly steps: Map<number, SamplerStep>;
  readonly bytes: number;
  readonly predictionType: Denoiser['predictionType'];
}

const GONE = 'The steps of this run are no longer in memory: run the workflow again to look into them.';
const LATER = 'A run is going: the attention lens has to wait until it is over.';

/** Keeps what the steps of the last runs were made from, and answers questions about them. */
export class StepInspector {
  readonly #options: StepInspectorOptions;
  readonly #kept: LRUCache<string, KeptSteps>;
  /** Of the last run that sampled: they hold on to inversions and their files. */
  readonly #denoisers = new Map<string, Denoiser>();
  readonly #evaluations = new Serial();
  #lens: { readonly of: SamplerStep; readonly lens: AttentionLens } | undefined;
  readonly #pictures = new WeakMap<Tensor, Promise<Picture>>();

  constructor(options: StepInspectorOptions) {
    this.#options = options;
    this.#kept = new LRUCache({
      maxSize: Math.max(1, options.budget),
      sizeCalculation: ({ bytes }) => bytes,
    });
  }

  keep(run: string, node: string, { step, denoiser }: NonNullable<StepReport['made']>): void {
    const key = keyOf(run, node);
    const before = this.#kept.get(key);
    this.#denoisers.set(key, denoiser);
    this.#kept.set(key, {
      steps: (before?.steps ?? new Map<number, SamplerStep>()).set(step.step, step),
      bytes: (before?.bytes ?? 1) + stepBytes(step),
      predictionType: denoiser.predictionType,
    });
  }

  /** Lets go of denoisers; steps stay, to be looked at without evaluating them again. */
  makeRoom(): Promise<void> {
    return this.#evaluations.run(async () => {
      this.#denoisers.clear();
      this.#lens = undefined;
    });
  }

  /** Throws InspectionRefusal for what cannot be answered. */
  async answer(question: Inspection): Promise<InspectionAnswer> {
    if (question.about === 'channels') return this.#channels(question);
    return this.#evaluations.run(async () => {
      const { denoiser, step } = this.#at(question);
      const lens = await this.#lensOver(denoiser, step, question.request.layer);
      if (question.about === 'lens') return { about: 'lens', lens: lens.look(question.request) };
      const latent = lens.pictureOf(question.request.layer, question.request.picture);
      return { about: 'picture', picture: await this.#picture(latent, denoiser) };
    });
  }

  #channels({ run, request }: Extract<Inspection, { about: 'channels' }>): InspectionAnswer {
    const kept = this.#kept.get(keyOf(run, request.node));
    const step = kept?.steps.get(request.step);
    if (!kept || !step) throw new InspectionRefusal('gone', GONE);
    return { about: 'channels', channels: stepChannels(step, request.kind, kept.predictionType) };
  }

  #at({ run, request }: Inspection): { denoiser: Denoiser; step: SamplerStep } {
    if (this.#options.busy()) throw new InspectionRefusal('busy', LATER);
    const key = keyOf(run, request.node);
    const step = this.#kept.get(key)?.steps.get(request.step);
    const denoiser = this.#denoisers.get(key);
    if (!step || !denoiser) throw new InspectionRefusal('gone', GONE);
    return { denoiser, step };
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
    const pixels = await this.#options.autoencoderOf(denoiser, latent).decode(first);
    return pixelsToPicture(pixels, { rounding: 'round' });
  }
}

const keyOf = (run: string, node: string): string => `${run} ${node}`;
