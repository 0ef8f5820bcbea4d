import type { UNetConfig } from '../../../models/architectures/unetConfig.ts';
import { askTorch, type TorchTimes } from './askTorch.ts';

export interface TorchWork {
  readonly config: UNetConfig;
  /** Forward, backward and a step of AdamW instead of an evaluation. */
  readonly train: boolean;
  /** Of the batch and its square latents. */
  readonly rows: number;
  readonly size: number;
  /** Of the context. */
  readonly tokens: number;
  readonly rounds: number;
  readonly threads: number;
}

/** PyTorch as it is installed, on a UNet in the plain layers of `torchUnet.py`; see askTorch. */
export function torchTimes(root: string, { config, ...work }: TorchWork): Promise<TorchTimes | undefined> {
  const { heads, downAttention, upAttention, midAttention } = config;
  return askTorch(root, 'torchUnet.py', {
    ...work,
    heads,
    downAttention,
    upAttention,
    midAttention,
    widths: config.blockOutChannels,
    groups: config.normGroups,
    context: config.crossAttentionDim,
    channels: config.inChannels,
    layers: config.layersPerBlock,
  });
}
