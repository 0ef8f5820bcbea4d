import { tensor } from '../tensor/tensor.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { MersenneTwister } from './mersenneTwister.ts';

/**
 * torch.Generator("cpu"): `randn` gives the numbers of torch.randn on PyTorch's CPU, in float32, call after call
 * (aten/native/cpu/DistributionTemplates.h: normal_fill with AVX2 order, and normal_distribution for small sizes).
 */
export class TorchGenerator {
  readonly #bits: MersenneTwister;
  /** The second normal of a pair, kept for the next small draw, as torch's generator does. */
  #kept: number | undefined;

  /** Seeds up to 2^64 - 1; torch's Mersenne Twister takes the low 32 bits. */
  constructor(seed: bigint | number) {
    this.#bits = new MersenneTwister(Number(BigInt.asUintN(32, BigInt(seed))));
  }

  /** Standard normal numbers of the given shape. */
  randn(shape: readonly number[]): Tensor {
    const noise = tensor(shape);
    if (noise.data.length < 16) {
      for (let i = 0; i < noise.data.length; i++) noise.data[i] = this.#oneNormal();
    } else {
      this.#fill(noise.data);
    }
    return noise;
  }

  /** Double precision Box-Muller, one value at a time. */
  #oneNormal(): number {
    if (this.#kept !== undefined) {
      const kept = this.#kept;
      this.#kept = undefined;
      return kept;
    }
    const angle = 2 * Math.PI * this.#bits.uniform53();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#bits.uniform53()));
    this.#kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Uniforms first, then Box-Muller in blocks of 16; a last part of less than 16 redraws the last 16. */
  #fill(data: Float32Array): void {
    for (let i = 0; i < data.length; i++) data[i] = this.#bits.uniform24();
    for (let start = 0; start + 16 <= data.length; start += 16) boxMuller16(data.subarray(start, start + 16));
    if (data.length % 16 !== 0) {
      const tail = data.subarray(data.length - 16);
      for (let i = 0; i < 16; i++) tail[i] = this.#bits.uniform24();
      boxMuller16(tail);
    }
  }
}

/** In place: the first eight uniforms give radii, the last eight angles. */
function boxMuller16(block: Float32Array): void {
  for (let i = 0; i < 8; i++) {
    const radius = Math.sqrt(-2 * Math.log(Math.fround(1 - block[i]!)));
    const angle = 2 * Math.PI * block[i + 8]!;
    block[i] = radius * Math.cos(angle);
    block[i + 8] = radius * Math.sin(angle);
  }
}
