import { isForInpainting } from '../architectures/isForInpainting.ts';
import type { InpaintingFamily } from '../sampling/denoiser.ts';
import type { TextEncoder } from '../text/textEncoder.ts';
import type { VisionEncoder } from '../vision/visionEncoder.ts';
import { clipTextEncoder } from './clipTextEncoder.ts';
import type { DiffusionModel, ModelFacts } from './diffusionModel.ts';
import { emptyContext } from './emptyContext.ts';
import { exemplarEncoder, type ExposingVisionEncoder } from './exemplarEncoder.ts';
import { klAutoencoder, type ExposingAutoencoder } from './klAutoencoder.ts';
import type { ModelParts } from './modelParts.ts';
import type { RunPlace } from './networkSession.ts';
import { probePrediction } from './probePrediction.ts';
import { unetDenoiser, type ExposingDenoiser } from './unetDenoiser.ts';

/** A model whose networks also hand back inner values. */
export interface OpenedModel extends DiffusionModel {
  readonly denoiser?: ExposingDenoiser;
  readonly autoencoder?: ExposingAutoencoder;
  readonly vision?: ExposingVisionEncoder;
  readonly parts: ModelParts;
}

/** Names of inner values to hand back, see unet2dCondition, autoencoderKL and clipVisionEncoder. */
export interface ExposedValues {
  readonly unet?: readonly string[];
  readonly autoencoder?: readonly string[];
  readonly vision?: readonly string[];
}

/** By network, as far as the model has it. */
export interface NetworkHashes {
  readonly unet: string | undefined;
  readonly autoencoder: string | undefined;
  readonly text: string | undefined;
  readonly vision: string | undefined;
}

export interface OpenPartsOptions {
  readonly facts: ModelFacts;
  readonly hashes: NetworkHashes;
  readonly place: RunPlace;
  readonly expose?: ExposedValues | undefined;
}

/**
 * Opens what was identified: sessions by the first evaluation, but for a UNet of which nothing says what it predicts, which
 * is asked (see probePrediction).
 */
export async function openParts(
  parts: ModelParts,
  { facts, hashes, place, expose }: OpenPartsOptions,
): Promise<OpenedModel> {
  const { pool } = place;
  const text = parts.text && clipTextEncoder({ text: parts.text, hash: hashes.text!, place });
  const vision =
    parts.vision &&
    exemplarEncoder({
      network: parts.vision,
      hash: hashes.vision!,
      place,
      expose: expose?.vision ?? [],
    });
  const family = inpaintingFamily(parts);
  const denoiser =
    parts.unet &&
    unetDenoiser({
      network: parts.unet,
      schedule: parts.schedule,
      predictionType:
        parts.predictionType ?? (await probePrediction(parts.unet, { hash: hashes.unet!, place })),
      key: `unet:${facts.hash}`,
      hash: hashes.unet!,
      place,
      architecture: facts.architecture,
      ...(family ? { inpainting: family } : {}),
      emptyContext: emptyContext(unguided(vision, text), {
        dim: parts.unet.config.crossAttentionDim,
        afterwards: () => pool.release(vision ? `${hashes.vision}/mapper` : `${hashes.text}/text`),
      }),
      expose: expose?.unet ?? [],
    });
  const autoencoder =
    parts.autoencoder &&
    klAutoencoder({
      network: parts.autoencoder,
      hash: hashes.autoencoder!,
      place,
      expose: expose?.autoencoder ?? [],
    });
  return {
    ...facts,
    parts,
    ...(text ? { text } : {}),
    ...(vision ? { vision } : {}),
    ...(denoiser ? { denoiser } : {}),
    ...(autoencoder ? { autoencoder } : {}),
  };
}

/** What the UNet is shown when nothing is wired to it: no exemplar, or the empty prompt. */
function unguided(vision: VisionEncoder | undefined, text: TextEncoder | undefined) {
  if (vision) return () => vision.unconditional();
  return text && (async () => (await text.encode('')).conditioning);
}

/** Told by what came with the UNet: Paint by Example's has the shapes of Stable Diffusion's. */
function inpaintingFamily({ unet, vision, text }: ModelParts): InpaintingFamily | undefined {
  if (!unet || !isForInpainting(unet.config)) return undefined;
  if (vision) return 'paint-by-example';
  return text || unet.config.linearProjection ? 'stable-diffusion' : undefined;
}
