import { createHash } from 'node:crypto';
import { attentionShares } from '../../../models/sampling/attentionShares.ts';
import type { AttentionSource, Denoiser, ObservedAttention } from '../../../models/sampling/denoiser.ts';
import type { SamplerStep } from '../../../models/sampling/samplerLoop.ts';
import type { Tensor } from '../../../models/tensor/tensor.ts';
import type { LensAnswer, LensRequest } from '../../protocol/inspection.ts';
import { InspectionRefusal } from './inspectionRefusal.ts';
import { Observations } from './observations.ts';
import { rounded } from './rounded.ts';

/** One step, evaluated again with the layers in view: any point of it can then be looked at without evaluating more. */
export class AttentionLens {
  readonly #timestep: number;
  /** The picture itself, as the step takes it to be. */
  readonly #own: Tensor;
  readonly #observed: Observations;
  /** Rows of the pictures themselves: patches may have put others before them. */
  readonly #rows: number;
  /** Of the latent. */
  readonly #size: { readonly height: number; readonly width: number };

  private constructor({ evaluation, predictedClean }: SamplerStep, observed: Observations) {
    const [rows = 1, , height = 1, width = 1] = evaluation.given.shape;
    this.#timestep = evaluation.timestep;
    this.#own = predictedClean;
    this.#rows = rows;
    this.#size = { height, width };
    this.#observed = observed;
  }

  /** `layer`: one that has to be in view, if the network has it. */
  static async over(
    denoiser: Denoiser,
    made: SamplerStep,
    layer: string | undefined,
  ): Promise<AttentionLens> {
    const { given, timestep } = made.evaluation;
    const observed = new Observations(layer);
    await denoiser.evaluate({
      latent: given,
      timesteps: Array<number>(given.shape[0] ?? 1).fill(timestep),
      position: { step: made.step - 1, of: made.of },
      observer: observed,
    });
    return new AttentionLens(made, observed);
  }

  /** Whether a question for that layer can be answered without another evaluation. */
  shows(layer: string | undefined): boolean {
    return layer === undefined || this.#observed.of(layer).length > 0 || !this.#observed.knows(layer);
  }

  /** Throws InspectionRefusal `bad-request` for a layer or a head that there is not. */
  look({ x, y, layer: asked, head }: LensRequest): LensAnswer {
    const observations = this.#at(asked);
    const { layer, width, height } = observations[0]!;
    if (head !== undefined && head >= layer.heads) {
      const message = `Layer ${layer.id} has the heads 0 to ${layer.heads - 1}, found ${head}.`;
      throw new InspectionRefusal('bad-request', message);
    }
    const column = cellAt(x, width);
    const row = cellAt(y, height);
    const cell = cellAt(y, this.#size.height) * this.#size.width + cellAt(x, this.#size.width);
    const parts = observations.map((observed) => {
      const place = { row: observed.rows - this.#rows, token: row * width + column };
      const { heads, source, ...grid } = attentionShares(observed, place);
      const values = head === undefined ? meanOf(heads) : heads[head]!;
      const weight = observed.shares?.[cell] ?? 1;
      const picture = contentHash(source?.latent ?? this.#own);
      return { source, picture, weight, ...grid, values: values.map((value) => value * weight) };
    });
    return {
      layers: this.#observed.layers(),
      layer: layer.id,
      ...(head === undefined ? {} : { head }),
      column,
      row,
      timestep: this.#timestep,
      sources: this.#sources(parts),
    };
  }

  /** The latent of a picture that the layer looked at. Throws InspectionRefusal `bad-request` for another one. */
  pictureOf(layer: string, picture: string): Tensor {
    const seen = this.#at(layer).map(({ injection }) => injection?.source?.latent ?? this.#own);
    const found = seen.find((latent) => contentHash(latent) === picture);
    if (found) return found;
    throw new InspectionRefusal('bad-request', `Layer ${layer} did not look at the picture ${picture}.`);
  }

  /** Evaluations that looked at the same picture count together. */
  #sources(parts: readonly Part[]): LensAnswer['sources'] {
    const counted = parts.filter(({ weight }) => weight > 0);
    return [...new Set(counted.map(({ picture }) => picture))].map((picture) => {
      const [first, ...others] = counted.filter((part) => part.picture === picture);
      const { source, width, height } = first!;
      const values = others.reduce(
        (sum, other) => sum.map((value, i) => value + other.values[i]!),
        first!.values,
      );
      return {
        kind: source ? ('injected' as const) : ('itself' as const),
        title: source?.title ?? 'The picture itself',
        picture,
        share: values.reduce((sum, value) => sum + value, 0),
        width,
        height,
        values: rounded(values),
      };
    });
  }

  #at(asked: string | undefined): readonly ObservedAttention[] {
    const best = asked ?? this.#observed.preferred();
    const found = best === undefined ? [] : this.#observed.of(best);
    if (found.length > 0) return found;
    const known = this.#observed.layers().map(({ id }) => id);
    const message =
      known.length > 0
        ? `This network has no self-attention layer "${asked}"; it has ${known.join(', ')}.`
        : 'This network has no self-attention layers to look into.';
    throw new InspectionRefusal('bad-request', message);
  }
}

interface Part {
  readonly source: AttentionSource | undefined;
  readonly picture: string;
  readonly weight: number;
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
}

function cellAt(share: number, count: number): number {
  return Math.min(count - 1, Math.floor(share * count));
}

function contentHash({ data }: Tensor): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

function meanOf(heads: readonly Float64Array[]): Float64Array {
  return heads[0]!.map((_, i) => heads.reduce((sum, head) => sum + head[i]!, 0) / heads.length);
}
