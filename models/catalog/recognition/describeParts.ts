import { trainStepsOf } from '../../sampling/noiseSchedule.ts';
import type { ModelParts } from '../modelParts.ts';
import type { ModelRole } from '../modelRole.ts';
import type { NetworkKind } from '../networkTensors.ts';
import { describeNetwork, networkNames } from './checkNetwork.ts';

export interface RecognisedModel {
  readonly role: ModelRole;
  /** The name that its (main) network is published under, or its sizes. */
  readonly architecture: string;
  /** `UNet`, `autoencoder`, `text encoder`, `image encoder`: those of them that are there. */
  readonly parts: readonly string[];
  /** Channels at the levels of its UNet, or of the one that an adapter is made for, the largest level first. */
  readonly levels?: readonly number[];
  /** Timesteps that its UNet was trained with. */
  readonly trainSteps?: number;
}

/** What parts of a diffusion model are, together. */
export function describeParts(parts: ModelParts): RecognisedModel {
  const { unet, autoencoder, text, vision, schedule } = parts;
  const networks: NetworkKind[] = [];
  if (unet) networks.push({ kind: 'unet', config: unet.config });
  if (autoencoder) networks.push({ kind: 'autoencoder', config: autoencoder.config });
  if (text) networks.push({ kind: 'text', config: text.config });
  if (vision) networks.push({ kind: 'vision', config: vision.config });
  const main = withoutArticle(describeNetwork(networks[0]!));
  return {
    role: roleOf(parts),
    // Its UNet has the shapes of Stable Diffusion's for inpainting.
    architecture: unet && vision ? PAINT_BY_EXAMPLE : main,
    parts: networks.map(({ kind }) => networkNames[kind]),
    ...(unet && { levels: unet.config.blockOutChannels, trainSteps: trainStepsOf(schedule) }),
  };
}

const PAINT_BY_EXAMPLE = 'Paint by Example';

function roleOf({ unet, autoencoder, text, vision }: ModelParts): ModelRole {
  if (unet && vision) return 'exemplar';
  if (unet && !autoencoder) return 'unet';
  if (unet) return unet.config.inChannels === unet.config.outChannels ? 'diffusion' : 'inpainting';
  if (autoencoder) return 'autoencoder';
  return text ? 'text-encoder' : 'image-encoder';
}

export function withoutArticle(name: string): string {
  return name.replace(/^an? /, '');
}
