import { clipTextConfigFromShapes } from '../architectures/clipTextConfig.ts';
import { autoencoderConfigFromShapes } from '../architectures/autoencoderConfig.ts';
import { ModelError } from '../architectures/modelError.ts';
import { unetConfigFromShapes } from '../architectures/unetConfig.ts';
import { ldmPrefixes, unetNameFromLdm, vaeNameFromLdm } from '../weights/ldmNames.ts';
import { renameWeights } from '../weights/renameWeights.ts';
import type { NoiseScheduleConfig } from '../sampling/noiseSchedule.ts';
import type { WeightSource } from '../weights/weightSource.ts';
import type { ModelParts } from './modelParts.ts';

/** What the shapes of the weights do not tell. */
export interface SingleFileHints {
  /** Heads of the UNet's attention: 8 in SD 1.x (the default), 64 channels each in SD 2.x. */
  readonly unetHeads?: number;
  /** Heads of the text encoder: hidden / 64 unless given. */
  readonly textHeads?: number;
  readonly predictionType?: 'epsilon' | 'v_prediction';
  /** What latents are multiplied with: 0.18215 unless given. */
  readonly scalingFactor?: number;
  /** Stable Diffusion's unless given. */
  readonly schedule?: NoiseScheduleConfig;
}

/**
 * The parts of a model in the original single-file naming (`model.diffusion_model.*`, `first_stage_model.*`, and
 * `cond_stage_model.transformer.text_model.*` if present); other tensors, such as `model_ema.*`, are left aside.
 * The configuration is read off the shapes. Throws ModelError when a part is missing.
 */
export function singleFileParts(source: WeightSource, hints: SingleFileHints = {}): ModelParts {
  const { unet, vae, text } = ldmPrefixes;
  const shapes = (prefix: string) => shapesUnder(source, prefix);
  const unetShapes = shapes(unet);
  const vaeShapes = shapes(vae);
  const textShapes = shapes(`${text}text_model.`);
  if (unetShapes.size === 0 && vaeShapes.size === 0) {
    const message = `${source.title} is no Stable Diffusion checkpoint: no tensor begins with ${unet} or ${vae}`;
    throw new ModelError('layout', message);
  }
  requirePart(source, unetShapes, { part: 'UNet', prefix: unet });
  requirePart(source, vaeShapes, { part: 'autoencoder', prefix: vae });
  const unetConfig = unetConfigFromShapes(unetShapes, source.title, hints.unetHeads);
  const shapedConfig = autoencoderConfigFromShapes(vaeShapes, source.title);
  const { scalingFactor = shapedConfig.scalingFactor } = hints;
  const vaeConfig = { ...shapedConfig, scalingFactor };
  const named = { ...source, title: `${source.title} (under diffusers names)` };
  const rename = (prefix: string, to: (name: string) => string | undefined) =>
    renameWeights(named, (name) => (name.startsWith(prefix) ? to(name.slice(prefix.length)) : undefined));
  const levels = vaeConfig.blockOutChannels.length;
  return {
    layout: 'single-file',
    unet: {
      config: unetConfig,
      weights: rename(unet, (name) => unetNameFromLdm(name, unetConfig.layersPerBlock)),
    },
    autoencoder: { config: vaeConfig, weights: rename(vae, (name) => vaeNameFromLdm(name, levels)) },
    ...(textShapes.size > 0
      ? {
          text: {
            config: clipTextConfigFromShapes(textShapes, source.title, hints.textHeads),
            weights: rename(text, (name) => name),
          },
        }
      : {}),
    schedule: hints.schedule ?? {},
    predictionType: hints.predictionType ?? 'epsilon',
  };
}

function requirePart(
  source: WeightSource,
  shapes: ReadonlyMap<string, unknown>,
  { part, prefix }: { part: string; prefix: string },
): void {
  if (shapes.size > 0) return;
  throw new ModelError('layout', `${source.title} has no ${part}: no tensor begins with ${prefix}`);
}

function shapesUnder(source: WeightSource, prefix: string): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, readonly number[]>();
  for (const [name, { shape }] of source.tensors) {
    if (name.startsWith(prefix)) found.set(name.slice(prefix.length), shape);
  }
  return found;
}
