import { createHash } from 'node:crypto';
import { attentionShares } from '../../../models/sampling/attentionShares.ts';
import type {
  AttentionSetting,
  AttentionSource,
  Denoiser,
  ObservedAttention,
} from '../../../models/sampling/denoiser.ts';
import type { SamplerStep } from '../../../models/sampling/samplerLoop.ts';
import type { Tensor } from '../../../models/tensor/tensor.ts';
import type { LensAnswer, LensRequest } from '../../protocol/inspection.ts';
import { InspectionRefusal } from './inspectionRefusal.ts';
import { rounded } from './rounded.ts';

/** Bytes of queries and keys that are held at a time: those of all layers at 512 x 512. */
const BUDGET = 256 * 1024 ** 2;

/** One step, evaluated again with the layers in view: any point of it can then be looked at without evaluating more. */
export class AttentionLens {
  readonly #timestep: number;
  /** The picture itself, as the step takes it to be. */
  readonly #own: Tensor;
  readonly #settings: readonly AttentionSetting[];
  readonly #observed: ReadonlyMap<string, ObservedAttention>;
  /** Rows of the pictures themselves: patches may have put others before them. */
  readonly #rows: number;

  private constructor(
    step: SamplerStep,
    settings: readonly AttentionSetting[],
    observed: ReadonlyMap<string, ObservedAttention>,
  ) {
    this.#timestep = step.evaluation.timestep;
    this.#own = step.predictedClean;
    this.#rows = step.evaluation.given.shape[0] ?? 1;
    this.#settings = settings;
    this.#observed = observed;
  }

  /** `layer`: one that has to be in view, if the network has it. */
  static async over(
    denoiser: Denoiser,
    made: SamplerStep,
    layer: string | undefined,
  ): Promise<AttentionLens> {
    const { given, timestep } = made.evaluation;
    let settings: readonly AttentionSetting[] = [];
    const observed = new Map<string, ObservedAttention>();
    await denoiser.evaluate({
      latent: given,
      timesteps: Array<number>(given.shape[0] ?? 1).fill(timestep),
      position: { step: made.step - 1, of: made.of },
      observer: {
        choose: (all) => {
          settings = all;
          return withinBudget(all, layer);
        },
        saw: (one) => void observed.set(one.layer.id, one),
      },
    });
    return new AttentionLens(made, settings, observed);
  }

  /** Whether a question for that layer can be answered without another evaluation. */
  shows(layer: string | undefined): boolean {
    return (
      layer === undefined ||
      this.#observed.has(layer) ||
      !this.#settings.some(({ layer: { id } }) => id === layer)
    );
  }

  /** Throws InspectionRefusal `bad-request` for a layer or a head that there is not. */
  look({ x, y, layer: asked, head }: LensRequest): LensAnswer {
    const observed = this.#layer(asked);
    const { layer, width, height, rows } = observed;
    if (head !== undefined && head >= layer.heads) {
      const message = `Layer ${layer.id} has the heads 0 to ${layer.heads - 1}, found ${head}.`;
      throw new InspectionRefusal('bad-request', message);
    }
    const column = Math.min(width - 1, Math.floor(x * width));
    const row = Math.min(height - 1, Math.floor(y * height));
    const token = row * width + column;
    const shares = attentionShares(observed, { row: rows - this.#rows, token });
    const values = head === undefined ? meanOf(shares.heads) : shares.heads[head]!;
    const source = {
      kind: shares.source ? ('injected' as const) : ('itself' as const),
      title: shares.source?.title ?? 'The picture itself',
      picture: contentHash(shares.source?.latent ?? this.#own),
      share: values.reduce((sum, value) => sum + value, 0),
      width: shares.width,
      height: shares.height,
      values: rounded(values),
    };
    return {
      layers: this.#settings.map(({ layer: { id, heads }, injection, ...grid }) => ({
        id,
        heads,
        width: grid.width,
        height: grid.height,
        swapped: injection?.k !== undefined,
      })),
      layer: layer.id,
      ...(head === undefined ? {} : { head }),
      column,
      row,
      timestep: this.#timestep,
      sources: [source],
    };
  }

  /** What that layer looked at instead of its own picture. */
  sourceOf(layer: string): AttentionSource | undefined {
    return this.#layer(layer).injection?.source;
  }

  #layer(asked: string | undefined): ObservedAttention {
    const best = asked ?? preferred([...this.#observed.values()]);
    const found = best === undefined ? undefined : this.#observed.get(best);
    if (found) return found;
    const known = this.#settings.map(({ layer }) => layer.id).join(', ');
    const message = known
      ? `This network has no self-attention layer "${asked}"; it has ${known}.`
      : 'This network has no self-attention layers to look into.';
    throw new InspectionRefusal('bad-request', message);
  }
}

function contentHash({ data }: Tensor): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

/** The layer that was asked for, then those that look elsewhere, then the others. */
function withinBudget(settings: readonly AttentionSetting[], asked: string | undefined): string[] {
  const rank = ({ layer, injection }: AttentionSetting): number =>
    layer.id === asked ? 0 : injection?.k ? 1 : 2;
  let bytes = 0;
  return [...settings]
    .sort((a, b) => rank(a) - rank(b))
    .filter(({ layer, rows, width, height }, place) => {
      const needed = 2 * 4 * rows * width * height * layer.channels;
      if (place > 0 && bytes + needed > BUDGET) return false;
      bytes += needed;
      return true;
    })
    .map(({ layer }) => layer.id);
}

/** The first of those with the finest grid, among swapped ones if there are any. */
function preferred(observed: readonly ObservedAttention[]): string | undefined {
  const swapped = observed.filter(({ injection }) => injection?.k);
  const candidates = swapped.length > 0 ? swapped : observed;
  const finest = Math.max(...candidates.map(({ width, height }) => width * height));
  return candidates.find(({ width, height }) => width * height === finest)?.layer.id;
}

function meanOf(heads: readonly Float64Array[]): Float64Array {
  return heads[0]!.map((_, i) => heads.reduce((sum, head) => sum + head[i]!, 0) / heads.length);
}
