import type {
  AttentionObserver,
  AttentionSetting,
  ObservedAttention,
} from '../../../models/sampling/denoiser.ts';
import type { LensAnswer } from '../../protocol/inspection.ts';

/** Bytes of queries and keys that are held at a time: those of all layers at 512 x 512. */
const BUDGET = 256 * 1024 ** 2;

/** What the layers of a network worked with in one step: of several evaluations, where a patch asks more than once. */
export class Observations implements AttentionObserver {
  readonly #wanted: string | undefined;
  #settings: readonly AttentionSetting[] = [];
  readonly #observed: ObservedAttention[] = [];
  #bytes = 0;

  /** `wanted`: a layer to observe whatever it takes. */
  constructor(wanted: string | undefined) {
    this.#wanted = wanted;
  }

  choose(settings: readonly AttentionSetting[]): string[] {
    this.#settings = [...this.#settings, ...settings];
    const rank = (setting: AttentionSetting): number =>
      setting.layer.id === this.#wanted ? 0 : isSwapped(setting) ? 1 : 2;
    return [...settings]
      .sort((a, b) => rank(a) - rank(b))
      .filter(({ layer, rows, width, height }, place) => {
        const needed = 2 * 4 * rows * width * height * layer.channels;
        if (place > 0 && this.#bytes + needed > BUDGET) return false;
        this.#bytes += needed;
        return true;
      })
      .map(({ layer }) => layer.id);
  }

  saw(layer: ObservedAttention): void {
    this.#observed.push(layer);
  }

  of(layer: string): readonly ObservedAttention[] {
    return this.#observed.filter((observed) => observed.layer.id === layer);
  }

  knows(layer: string): boolean {
    return this.#settings.some((setting) => setting.layer.id === layer);
  }

  /** All layers of the network in its own order. */
  layers(): LensAnswer['layers'] {
    return [...new Set(this.#settings.map(({ layer }) => layer.id))].map((id) => {
      const settings = this.#settings.filter((setting) => setting.layer.id === id);
      const { layer, width, height } = settings[0]!;
      return { id, heads: layer.heads, width, height, swapped: settings.some(isSwapped) };
    });
  }

  /** The first of those with the finest grid, among swapped ones if there are any. */
  preferred(): string | undefined {
    const swapped = this.#observed.filter(isSwapped);
    const candidates = swapped.length > 0 ? swapped : this.#observed;
    const finest = Math.max(...candidates.map(({ width, height }) => width * height));
    return candidates.find(({ width, height }) => width * height === finest)?.layer.id;
  }
}

/** Whether the layer was kept from looking at all of its own picture. */
function isSwapped({ injection }: AttentionSetting): boolean {
  return injection?.k !== undefined || injection?.visible !== undefined;
}
