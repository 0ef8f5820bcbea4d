import { MersenneTwister } from '../../sampling/mersenneTwister.ts';
import { TorchGenerator } from '../../sampling/torchGenerator.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/**
 * Random numbers of one step. They follow from the seed and the step alone, so that the random state of a training is its
 * seed and how many steps it has done.
 */
export class StepRandom {
  readonly #bits: MersenneTwister;
  readonly #normals: TorchGenerator;

  constructor(seed: bigint, step: number) {
    const mixed = mix(seed + BigInt(step) * GOLDEN);
    this.#bits = new MersenneTwister(Number(mixed & 0xffffffffn));
    this.#normals = new TorchGenerator(mixed >> 32n);
  }

  /** [0, 1) */
  uniform(): number {
    return this.#bits.uniform27and26();
  }

  /** A whole number from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Standard normal numbers of a shape. */
  normal(shape: readonly number[]): Tensor {
    return this.#normals.randn(shape);
  }
}

const GOLDEN = 0x9e3779b97f4a7c15n;

/** The finaliser of SplitMix64 (Steele, Lea & Flood, 2014): neighbouring numbers become unlike ones. */
function mix(number: bigint): bigint {
  let z = BigInt.asUintN(64, number);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
