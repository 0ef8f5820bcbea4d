import type { Tensor } from '../../../../models/tensor/tensor.ts';
import type { GoldenTensors } from '../goldenTensors.ts';
import { row } from './row.ts';

/**
 * The fresh noise that a sampler drew, one tensor per step: `noise_steps` in one stack, or `noise.00`, `noise.01`, ..., behind
 * `prefix`. Empty when the file has none.
 */
export async function drawnNoise(file: GoldenTensors, prefix = ''): Promise<Tensor[]> {
  const stack = await file.maybe(`${prefix}noise_steps`);
  if (stack) return Array.from({ length: stack.shape[0] ?? 0 }, (_, step) => row(stack, step));
  const names = file.names.filter((name) => name.startsWith(`${prefix}noise.`));
  const inOrder = names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return Promise.all(inOrder.map((name) => file.get(name)));
}
