import type {
  AttentionObserver,
  AttentionSetting,
  ObservedAttention,
} from '../../../models/sampling/denoiser.ts';

/** Bytes of queries and keys that are held of one evaluation: those of all layers at 512 x 512. */
const BUDGET = 256 * 1024 ** 2;

/** A self-attention layer of the network, whether it is in view or not. */
export interface SeenLayer extends Pick<AttentionSetting, 'layer' | 'width' | 'height'> {
  /** Whether it was kept from looking at all of its own picture. */
  readonly swapped: boolean;
}

/** What the layers of a network worked with in one step: of several evaluations, where a patch asks more than once. */
export class Observations implements AttentionObserver {
  readonly #wanted: string | undefined;
  readonly #budget: number;
  readonly #layers = new Map<string, SeenLayer>();
  readonly #observed: ObservedAttention[] = [];
  #chosen: ReadonlySet<string> | undefined;

  /** `wanted`: a layer to observe whatever it takes. */
  constructor(wanted: string | undefined, budget = BUDGET) {
    this.#wanted = wanted;
    this.#budget = budget;
  }

  /** The same layers in every evaluation: one of which a part is missing would show too little. */
  choose(settings: readonly AttentionSetting[]): string[] {
    for (const { layer, width, height, injection } of settings) {
      const swapped = injection?.k !== undefined || injection?.visible !== undefined;
      const before = this.#layers.get(layer.id)?.swapped ?? false;
      this.#layers.set(layer.id, { layer, width, height, swapped: swapped || before });
    }
    this.#chosen ??= this.#withinBudget(settings);
    return [...this.#chosen];
  }

  saw(observed: ObservedAttention): void {
    const { injection } = observed;
    if (!injection?.v) return void this.#observed.push(observed);
    // Values have no part in where they come from.
    const { v: _, ...rest } = injection;
    this.#observed.push({ ...observed, injection: rest });
  }

  of(layer: string): readonly ObservedAttention[] {
    return this.#observed.filter((observed) => observed.layer.id === layer);
  }

  knows(layer: string): boolean {
    return this.#layers.has(layer);
  }

  /** All layers of the network in its own order. */
  layers(): readonly SeenLayer[] {
    return [...this.#layers.values()];
  }

  /** The first of those in view with the finest grid, among swapped ones if there are any. */
  preferred(): string | undefined {
    const inView = this.layers().filter(({ layer }) => this.#chosen?.has(layer.id));
    const swapped = inView.filter((layer) => layer.swapped);
    const candidates = swapped.length > 0 ? swapped : inView;
    const finest = Math.max(...candidates.map(({ width, height }) => width * height));
    return candidates.find(({ width, height }) => width * height === finest)?.layer.id;
  }

  #withinBudget(settings: readonly AttentionSetting[]): ReadonlySet<string> {
    const rank = ({ layer: { id } }: AttentionSetting): number =>
      id === this.#wanted ? 0 : this.#layers.get(id)?.swapped ? 1 : 2;
    let bytes = 0;
    const chosen = [...settings]
      .sort((a, b) => rank(a) - rank(b))
      .filter(({ layer, rows, width, height }, place) => {
        const needed = 2 * 4 * rows * width * height * layer.channels;
        if (place > 0 && bytes + needed > this.#budget) return false;
        bytes += needed;
        return true;
      });
    return new Set(chosen.map(({ layer }) => layer.id));
  }
}
