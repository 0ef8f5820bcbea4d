import { dot } from './dot.ts';
import type { FloatArray } from './optimiser.ts';

/** The Euclidean length of all gradients together. Not finite when any value is not. */
export function globalNorm(gradients: readonly FloatArray[]): number {
  return Math.sqrt(gradients.reduce((sum, gradient) => sum + dot(gradient, gradient), 0));
}

/** Shortens gradients of that global norm to `limit`, in place, where they are longer (torch's clip_grad_norm_). */
export function clipToNorm(gradients: readonly FloatArray[], norm: number, limit: number): void {
  const scale = limit / (norm + 1e-6);
  if (scale < 1) for (const gradient of gradients) multiply(gradient, scale);
}

function multiply(values: FloatArray, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * factor;
}
