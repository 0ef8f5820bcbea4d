/** MT19937 (Matsumoto & Nishimura, 1998) with the outputs that PyTorch, Python and numpy draw from it. */
export class MersenneTwister {
  readonly #state = new Uint32Array(624);
  #next = 624;

  constructor(seed: number) {
    this.#state[0] = seed >>> 0;
    for (let i = 1; i < 624; i++) {
      const previous = this.#state[i - 1]!;
      this.#state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  /** 32 random bits as an unsigned number. */
  uint32(): number {
    if (this.#next === 624) this.#twist();
    let y = this.#state[this.#next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** [0, 1) with 24 bits: torch's float uniform. */
  uniform24(): number {
    return (this.uint32() & 0xffffff) * 2 ** -24;
  }

  /** [0, 1) with 53 bits: torch's double uniform, from 64 bits of which the first draw is the high half. */
  uniform53(): number {
    const high = this.uint32() & 0x1fffff;
    return (high * 2 ** 32 + this.uint32()) * 2 ** -53;
  }

  /** [0, 1) with 53 bits as Python and numpy draw them: 27 bits, then 26. */
  uniform27and26(): number {
    const high = this.uint32() >>> 5;
    return (high * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53;
  }

  /** Seeds with several numbers (init_by_array), as Python does. */
  static fromKey(key: readonly number[]): MersenneTwister {
    const twister = new MersenneTwister(19650218);
    const state = twister.#state;
    const mixed = (i: number): number => state[i - 1]! ^ (state[i - 1]! >>> 30);
    let [i, j] = [1, 0];
    const step = (value: number): void => {
      state[i] = value;
      if (++i < 624) return;
      state[0] = state[623]!;
      i = 1;
    };
    for (let k = Math.max(624, key.length); k > 0; k--) {
      step((state[i]! ^ Math.imul(mixed(i), 1664525)) + key[j]! + j);
      j = (j + 1) % key.length;
    }
    for (let k = 623; k > 0; k--) step((state[i]! ^ Math.imul(mixed(i), 1566083941)) - i);
    state[0] = 0x80000000;
    return twister;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < 624; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % 624]! & 0x7fffffff);
      state[i] = state[(i + 397) % 624]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }
}
