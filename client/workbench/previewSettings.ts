import { z } from 'zod';
import type { ModelSummary } from '../../server/protocol/models.ts';
import { linearPreviews, type PreviewChoice } from '../../server/protocol/previews.ts';
import { rememberedState } from './rememberedState.ts';

const steps = z.int().min(1).max(100);
const schema = z.object({
  kind: z.enum(['linear', 'tiny', 'full']),
  /** A picture every so many steps; a full decode may take longer than a step. */
  every: z.object({ tiny: steps, full: steps }),
});
export type PreviewSettings = z.infer<typeof schema>;

/** How the pictures of steps are to be made, from the next run on; remembered. */
export function createPreviewSettings(): PreviewSettings {
  return rememberedState('impasto.previews', schema, { kind: 'linear', every: { tiny: 1, full: 5 } });
}

/** The tiny autoencoder that makes step pictures; of several the first, SDXL's (told by its name) last. */
export function tinyDecoder(models: readonly ModelSummary[]): ModelSummary | undefined {
  const usable = models.filter(
    ({ role, problem, missing }) => role === 'preview-decoder' && !problem && !missing,
  );
  return usable.find(({ name }) => !/xl/i.test(name)) ?? usable[0];
}

/** What a run is asked for: quick pictures where the tiny autoencoder has gone. */
export function previewChoice(
  { kind, every }: PreviewSettings,
  models: readonly ModelSummary[],
): PreviewChoice {
  if (kind === 'full') return { kind, every: every.full };
  const decoder = kind === 'tiny' ? tinyDecoder(models) : undefined;
  return decoder ? { kind: 'tiny', model: decoder.name, every: every.tiny } : linearPreviews;
}
