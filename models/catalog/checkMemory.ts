import { ModelError } from '../architectures/modelError.ts';
import type { FreeMemory } from '../runtime/freeMemory.ts';
import type { NetworkPrecision } from '../runtime/precision.ts';
import type { WeightSource } from '../weights/weightSource.ts';
import { countElements, heldInHalf } from './heldInHalf.ts';

/** Beside the weights of a large network: 0.3 to 0.5 GB were measured at 512x512. */
const WORKING_BYTES = 0.4e9;
/** Networks below this are opened unasked: what they need is in the noise of what other programs take. */
const SMALL = 0.3e9;

/** Memory in bytes that a network's session on the CPU takes while it opens, which is when it takes most. */
export function memoryNeeded(weights: WeightSource, precision: NetworkPrecision): number {
  const elements = countElements(weights);
  return elements * (heldInHalf(weights, precision) ? 2 : 4) + WORKING_BYTES;
}

/** Throws ModelError `memory` for a network that does not fit into what is free, with the numbers and what would help. */
export function checkMemory(
  weights: WeightSource,
  precision: NetworkPrecision,
  { free, limit }: FreeMemory,
): void {
  const needed = memoryNeeded(weights, precision);
  if (needed < SMALL + WORKING_BYTES || needed <= free) return;
  const half = memoryNeeded(weights, 'float16');
  const numbers = `needs ${gigabytes(needed)} of memory, and ${gigabytes(free)} of ${gigabytes(limit)} are free`;
  const remedy =
    precision === 'float16' || half > free
      ? 'Close other programs, or give it a machine or a container with more memory.'
      : `In half precision it needs ${gigabytes(half)}: start Impasto with --precision float16.`;
  throw new ModelError('memory', `${weights.title} ${numbers}. ${remedy}`);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
