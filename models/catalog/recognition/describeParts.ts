import type { UNetConfig } from '../../architectures/unetConfig.ts';
import type { ModelParts } from '../modelParts.ts';
import type { ModelRole } from '../modelRole.ts';
import type { NetworkKind } from '../networkTensors.ts';
import { describeNetwork } from './checkNetwork.ts';

export interface RecognisedModel {
  readonly role: ModelRole;
  /** The name that its (main) network is published under, or its sizes. */
  readonly architecture: string;
  /** `UNet`, `autoencoder`, `text encoder`: those of them that are there. */
  readonly parts: readonly string[];
}

/** What parts of a diffusion model are, together. */
export function describeParts({ unet, autoencoder, text }: ModelParts): RecognisedModel {
  const networks: NetworkKind[] = [];
  if (unet) networks.push({ kind: 'unet', config: unet.config });
  if (autoencoder) networks.push({ kind: 'autoencoder', config: autoencoder.config });
  if (text) networks.push({ kind: 'text', config: text.config });
  const titles = { unet: 'UNet', autoencoder: 'autoencoder', text: 'text encoder' };
  return {
    role: roleOf(unet?.config, autoencoder !== undefined),
    architecture: withoutArticle(describeNetwork(networks[0]!)),
    parts: networks.map(({ kind }) => titles[kind]),
  };
}

function roleOf(unet: UNetConfig | undefined, hasAutoencoder: boolean): ModelRole {
  if (unet && unet.inChannels !== unet.outChannels) return 'inpainting';
  if (unet) return hasAutoencoder ? 'diffusion' : 'unet';
  return hasAutoencoder ? 'autoencoder' : 'text-encoder';
}

export function withoutArticle(name: string): string {
  return name.replace(/^an? /, '');
}
