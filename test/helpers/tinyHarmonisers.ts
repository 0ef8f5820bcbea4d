import { parseUNetConfig } from '../../models/architectures/unetConfig.ts';
import { adapterNetworks } from '../../models/catalog/adapterNetworks.ts';
import { generateWeights } from '../../models/catalog/generateWeights.ts';
import type { RunPlace } from '../../models/catalog/networkSession.ts';
import { openAdapter } from '../../models/catalog/openAdapter.ts';
import { unetDenoiser } from '../../models/catalog/unetDenoiser.ts';
import type { EncoderSteering } from '../../models/sampling/encoderSteering.ts';
import { TorchGenerator } from '../../models/sampling/torchGenerator.ts';
import { tensor } from '../../models/tensor/tensor.ts';
import { tinyAdapter } from './tinyAdapter.ts';

const fields = {
  block_out_channels: [32, 32, 32, 32],
  layers_per_block: 1,
  attention_head_dim: 2,
  cross_attention_dim: 8,
};

/** A small UNet and an adapter for it, with generated weights. */
export async function tinyHarmonisers(place: RunPlace) {
  const config = parseUNetConfig(fields, 'unet');
  const denoiser = unetDenoiser({
    network: { config, weights: generateWeights({ kind: 'unet', config }) },
    schedule: {},
    predictionType: 'epsilon',
    key: 'unet',
    hash: 'unet',
    architecture: 'a small UNet',
    place,
    emptyContext: async () => tensor([1, 1, 8]),
  });
  const adapter = await openAdapter(adapterNetworks(tinyAdapter())!, place);
  /** What the adapter makes of noise for a latent of this size, the left half being foreground. */
  const steering = async (height: number, width: number, rows = 1): Promise<EncoderSteering> => {
    const size = [height * 8, width * 8] as const;
    const mask = tensor([rows, 1, ...size]);
    for (let i = 0; i < mask.data.length; i++) mask.data[i] = Number(i % size[1] < size[1] / 2);
    const pixels = new TorchGenerator(1).randn([rows, 3, ...size]);
    const features = await adapter.encode({ pixels, mask, residual: true });
    return { features, strengths: [1, 1, 1, 1], fusion: { blocks: adapter.fusion, mask } };
  };
  return { denoiser, adapter, steering };
}
