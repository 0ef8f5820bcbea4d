import { product } from './vectors/vectorCode.ts';
import { sumOfSquares } from './vectors/sumOfSquares.ts';
import { vectorLoop } from './vectors/vectorLoop.ts';

const squares = sumOfSquares();

const multiply = vectorLoop({
  arrays: ['values'],
  changed: ['values'],
  numbers: ['factor'],
  body: ({ get, set }) => [set('values', product(get('values'), get('factor')))],
});

/** The Euclidean length of all gradients together. Not finite when any value is not. */
export function globalNorm(gradients: readonly Float32Array[]): number {
  return Math.sqrt(gradients.reduce((sum, gradient) => sum + squares(gradient), 0));
}

/** Shortens gradients of that global norm to `limit`, in place, where they are longer (torch's clip_grad_norm_). */
export function clipToNorm(gradients: readonly Float32Array[], norm: number, limit: number): void {
  const factor = limit / (norm + 1e-6);
  if (factor < 1) for (const values of gradients) multiply({ values }, { factor });
}
