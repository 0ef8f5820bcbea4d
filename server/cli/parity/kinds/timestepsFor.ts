import type { Tensor } from '../../../../models/tensor/tensor.ts';

/** A timestep for every row of a latent: those of the file, or its only one for all rows. */
export function timestepsFor(latent: Tensor, timesteps: Tensor): number[] {
  const rows = latent.shape[0] ?? 1;
  const [first = 0] = timesteps.data;
  return timesteps.data.length === rows ? [...timesteps.data] : Array<number>(rows).fill(first);
}
