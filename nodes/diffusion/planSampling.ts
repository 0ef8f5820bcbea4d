import { createHash } from 'node:crypto';
import type { Denoiser } from '../../models/sampling/denoiser.ts';
import type { SamplerState } from '../../models/sampling/samplerState.ts';
import type { StoppedSampling } from '../../models/sampling/stoppedSampling.ts';
import { hashTensor } from '../../models/tensor/hashTensor.ts';
import type { Latent } from '../contract/portValues.ts';
import { NodeError } from '../contract/nodeError.ts';

/** All that shapes the steps of a sampling, besides the latent and the denoiser. */
export interface SamplingSettings extends Omit<StoppedSampling['settings'], 'startStep'> {
  /** 0 = without fresh noise, whatever the seed. */
  readonly eta: number;
  readonly seed: string;
}

export interface SamplingPlan extends Pick<StoppedSampling, 'key' | 'origin' | 'settings'> {
  /** Absent = from the beginning. */
  readonly from?: SamplerState;
}

/** A sampling that begins with the latent. */
export function planSampling(
  { samples }: Latent,
  denoiser: Denoiser,
  { startStep, ...settings }: SamplingSettings & { readonly startStep: number },
): SamplingPlan {
  const origin = hashOf([hashTensor(samples)]);
  return plan(origin, denoiser, { ...settings, startStep });
}

/**
 * A sampling that goes on where the latent stopped: exactly, with the same sampler, schedule and denoiser, otherwise, or
 * when the latent was changed since, from its noise level. With the seed and eta it had, too, it is the very sampling that
 * was stopped. Throws NodeError `bad-parameter` for a latent that does not say where it stopped.
 */
export function planContinuation(
  { samples, stopped }: Latent,
  denoiser: Denoiser,
  settings: SamplingSettings,
): SamplingPlan {
  if (!stopped) {
    const message =
      'This latent does not say where it stopped, so sampling cannot go on from there. Wire the latent of a Sample node with "Stop after" to it, or choose another Start.';
    throw new NodeError('bad-parameter', message, 'latent');
  }
  const { state } = stopped;
  const { startStep, ...before } = stopped.settings;
  const exact =
    state.memory !== undefined &&
    denoiser.key === stopped.denoiser &&
    (['sampler', 'spacing', 'steps', 'pndmStart'] as const).every((name) => settings[name] === before[name]);
  if (exact) {
    const same = plan(stopped.origin, denoiser, { ...settings, startStep });
    if (same.key === stopped.key) return { ...same, from: state };
  }
  const { memory: _, entered: __, ...level } = state;
  const origin = hashOf([hashTensor(samples), stopped.key, `${state.done}`, exact ? 'exact' : 'level']);
  const own = plan(origin, denoiser, { ...settings, startStep: exact ? startStep : settings.steps });
  return { ...own, from: exact ? state : level };
}

function plan(
  origin: string,
  denoiser: Denoiser,
  { eta, seed, ...settings }: SamplingSettings & { readonly startStep: number },
): SamplingPlan {
  const noise = eta > 0 ? [`${eta}`, seed] : [];
  const key = hashOf([origin, denoiser.key, JSON.stringify(settings), ...noise]);
  return { key, origin, settings };
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
