import { attentionShares } from '../../../models/sampling/attentionShares.ts';
import type { AttentionLayer, Denoiser, ObservedAttention } from '../../../models/sampling/denoiser.ts';
import type { SamplerStep } from '../../../models/sampling/samplerStep.ts';
import type { Tensor } from '../../../models/tensor/tensor.ts';
import type { LensAnswer, LensRequest } from '../../protocol/inspection.ts';
import { InspectionRefusal } from './inspectionRefusal.ts';
import { lensSources, pictureId, type LensPart } from './lensSources.ts';
import { Observations } from './observations.ts';

/** A token of a layer, and the cell of the latent that a point lies in. */
interface Place {
  readonly column: number;
  readonly row: number;
  readonly cell: number;
}

/** One step, evaluated again with the layers in view: any point of it can then be looked at without evaluating more. */
export class AttentionLens {
  readonly #step: SamplerStep;
  readonly #observed: Observations;

  private constructor(step: SamplerStep, observed: Observations) {
    this.#step = step;
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
    const { layer } = observations[0]!;
    if (head !== undefined && head >= layer.heads) {
      const message = `Layer ${layer.id} has the heads 0 to ${layer.heads - 1}, found ${head}.`;
      throw new InspectionRefusal('bad-request', message);
    }
    const place = this.#placeOf({ x, y }, layer);
    const parts = observations.map((observed) => this.#part(observed, place, head));
    return {
      layers: this.#observed.layers().map(({ layer: seen, swapped }) => ({
        id: seen.id,
        heads: seen.heads,
        ...gridOf(this.#own, seen),
        swapped,
      })),
      layer: layer.id,
      ...(head === undefined ? {} : { head }),
      column: place.column,
      row: place.row,
      timestep: this.#step.evaluation.timestep,
      sources: lensSources(parts.filter(({ values }) => values.some((value) => value > 0))),
    };
  }

  /** The latent of a picture that the layer looked at. Throws InspectionRefusal `bad-request` for another one. */
  pictureOf(layer: string, picture: string): Tensor {
    const seen = this.#at(layer).map(({ injection }) => injection?.source?.latent ?? this.#own);
    const found = seen.find((latent) => pictureId(latent) === picture);
    if (found) return found;
    throw new InspectionRefusal('bad-request', `Layer ${layer} did not look at the picture ${picture}.`);
  }

  /** The picture itself, as the step takes it to be. */
  get #own(): Tensor {
    return this.#step.predictedClean;
  }

  #placeOf({ x, y }: Pick<LensRequest, 'x' | 'y'>, layer: AttentionLayer): Place {
    const [, , height = 1, width = 1] = this.#own.shape;
    const [column, row] = [cellAt(x, width), cellAt(y, height)];
    const token = (cell: number): number => Math.floor(cell / layer.downscale);
    return { column: token(column), row: token(row), cell: row * width + column };
  }

  #part(observed: ObservedAttention, { column, row, cell }: Place, head: number | undefined): LensPart {
    const { rows, layer, width, injection, shares } = observed;
    // Patches may have put other rows before those of the pictures themselves.
    const first = rows - (this.#own.shape[0] ?? 1);
    const heads = attentionShares(observed, { row: first, token: row * width + column });
    const values = head === undefined ? meanOf(heads) : heads[head]!;
    const weight = shares?.[cell] ?? 1;
    const source = injection?.source;
    const latent = source?.latent ?? this.#own;
    return {
      source,
      picture: pictureId(latent),
      grid: gridOf(latent, layer),
      values: values.map((value) => value * weight),
    };
  }

  /** What was seen of a layer whose keys belong to pictures that are known. */
  #at(asked: string | undefined): readonly ObservedAttention[] {
    const best = asked ?? this.#observed.preferred();
    const found = best === undefined ? [] : this.#observed.of(best);
    if (found.some(({ injection }) => injection?.k && !injection.source)) {
      const message = `Layer ${best} looked at something of which there is no picture.`;
      throw new InspectionRefusal('bad-request', message);
    }
    if (found.length > 0) return found;
    const known = this.#observed.layers().map(({ layer }) => layer.id);
    const message =
      known.length > 0
        ? `This network has no self-attention layer "${asked}"; it has ${known.join(', ')}.`
        : 'This network has no self-attention layers to look into.';
    throw new InspectionRefusal('bad-request', message);
  }
}

/** A layer's tokens over a picture: the last ones may reach over its edge. */
function gridOf({ shape }: Tensor, { downscale }: AttentionLayer): LensPart['grid'] {
  const [, , height = 1, width = 1] = shape;
  const [across, down] = [width / downscale, height / downscale];
  return { width: Math.ceil(across), height: Math.ceil(down), across, down };
}

function cellAt(share: number, count: number): number {
  return Math.min(count - 1, Math.floor(share * count));
}

function meanOf(heads: readonly Float64Array[]): Float64Array {
  return heads[0]!.map((_, i) => heads.reduce((sum, head) => sum + head[i]!, 0) / heads.length);
}
