/** How noisy a latent is: what the network is told of it, and its share of signal (an alphas_cumprod). */
export interface NoiseLevel {
  /** May lie between two timesteps of training. */
  readonly timestep: number;
  readonly alpha: number;
}

/**
 * Where a sampling stands between two steps, besides the latent. A sampler that is given it with its own memory, and
 * with the options it had, goes on to the same bits as if it had never stopped. Without memory any sampler goes on from
 * the noise level.
 */
export interface SamplerState {
  /** Steps done so far. */
  readonly done: number;
  /** How often fresh noise was drawn. */
  readonly draws: number;
  readonly level: NoiseLevel;
  /** Where it took over from a sampling with another sampler or schedule; absent = it began itself. */
  readonly entered?: { readonly done: number; readonly level: NoiseLevel };
  /** What the sampler keeps from earlier steps, and the latent in its own form; which is which, only it knows. */
  readonly memory?: readonly Float32Array[];
}

/** Where a sampling that goes on from `from` took over from another one; without memory it does so now. */
export function enteredAt(from: SamplerState | undefined): SamplerState['entered'] {
  return from?.memory ? from.entered : from && { done: from.done, level: from.level };
}
