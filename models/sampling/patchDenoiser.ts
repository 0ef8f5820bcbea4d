import type { Denoiser, DenoiserPatch } from './denoiser.ts';

/** The denoiser with one more patch around it; the last patch applied sees the call first. */
export function patchDenoiser(denoiser: Denoiser, key: string, patch: DenoiserPatch): Denoiser {
  return {
    ...denoiser,
    key: `${denoiser.key}|${key}`,
    evaluate: (call) => patch(call, (inner) => denoiser.evaluate(inner)),
  };
}
