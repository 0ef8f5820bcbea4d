import { createHash } from 'node:crypto';
import { adaptiveEncoder, type AdaptiveEncoderOptions } from '../architectures/adaptiveEncoder.ts';
import { ADAPTER_DOWNSCALE } from '../architectures/adapterConfig.ts';
import type { LayerOptions } from '../layers/layerContext.ts';
import type { Adapter } from '../sampling/adapter.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { AdapterNetworks } from './adapterNetworks.ts';
import { hashNetwork } from './hashParts.ts';
import { withNetwork, type RunPlace } from './networkSession.ts';

/** An adapter that also hands back the values that its graph exposes. */
export interface ExposingAdapter extends Adapter {
  /** Identity of all its weights. */
  readonly hash: string;
  encodeExposing(
    input: Parameters<Adapter['encode']>[0] & Pick<AdaptiveEncoderOptions, 'rounding'>,
  ): Promise<ReadonlyMap<string, Tensor>>;
}

/** PHDiffusion's adapter over its networks: one session per picture size and way of running it, opened on first use. */
export async function openAdapter(
  { title, encoder, fusion }: AdapterNetworks,
  place: RunPlace,
  expose: readonly string[] = [],
): Promise<ExposingAdapter> {
  const [encoderHash, fusionHash] = [await hashNetwork(encoder), await hashNetwork(fusion)];
  const hash = createHash('sha256').update(`${encoderHash} ${fusionHash}`).digest('hex');
  const { config, weights } = encoder;
  const names = config.levelChannels.map((_, level) => `feature_${level}`);
  const encodeExposing: ExposingAdapter['encodeExposing'] = ({ pixels, mask, residual, rounding = 'up' }) => {
    const [, , height = 0, width = 0] = pixels.shape;
    const network = {
      name: `adapter:${height}x${width}:${residual ? 'residual' : 'plain'}:${rounding}:${expose.join()}`,
      hash,
      weights,
      build: (how: LayerOptions) =>
        adaptiveEncoder({ ...how, config, residual, rounding, height, width, expose }),
    };
    return withNetwork(place, network, (session) => session.run({ pixels, mask }, [...names, ...expose]));
  };
  return {
    key: `adapter:${hash}`,
    hash,
    title,
    channels: config.levelChannels,
    downscale: ADAPTER_DOWNSCALE,
    fusion: { hash: fusionHash, channels: fusion.config.blockChannels, weights: fusion.weights },
    encodeExposing,
    encode: async (input) => {
      const found = await encodeExposing(input);
      return names.map((name) => found.get(name)!);
    },
  };
}
