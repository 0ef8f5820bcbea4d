import type { Value } from '../graph/value.ts';

export interface TimestepEmbeddingOptions {
  readonly channels: number;
  /** Cosines first, as Stable Diffusion has it. */
  readonly flipSinToCos: boolean;
  readonly freqShift: number;
}

/**
 * Sinusoidal embedding of timesteps `[B]` to `[B, channels]` (LDM `timestep_embedding`, diffusers
 * `get_timestep_embedding`). Frequencies are rounded to float32 at each step, as there.
 */
export function timestepEmbedding(timesteps: Value, options: TimestepEmbeddingOptions): Value {
  const { graph } = timesteps;
  const half = options.channels / 2;
  const step = Math.fround(half - options.freqShift);
  const frequencies = Array.from({ length: half }, (_, i) => {
    return Math.exp(Math.fround(Math.fround(-Math.log(10000) * i) / step));
  });
  const angles = timesteps.reshape([timesteps.shape[0]!, 1]).mul(graph.constant(frequencies, [1, half]));
  const [first, second] = options.flipSinToCos ? [angles.cos(), angles.sin()] : [angles.sin(), angles.cos()];
  return first.concat([second], 1);
}
