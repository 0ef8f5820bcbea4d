import { adaptiveEncoder } from '../architectures/adaptiveEncoder.ts';
import type { AdaptiveEncoderConfig, FusionConfig } from '../architectures/adapterConfig.ts';
import { autoencoderDecoder, autoencoderEncoder } from '../architectures/autoencoderKL.ts';
import { autoencoderTinyDecoder, autoencoderTinyEncoder } from '../architectures/autoencoderTiny.ts';
import type { AutoencoderTinyConfig } from '../architectures/autoencoderTinyConfig.ts';
import type { AutoencoderConfig } from '../architectures/autoencoderConfig.ts';
import { clipVisionEncoder } from '../architectures/clipVisionEncoder.ts';
import { clipTextEncoder } from '../architectures/clipTextEncoder.ts';
import type { ClipTextConfig } from '../architectures/clipTextConfig.ts';
import type { ExemplarConfig } from '../architectures/exemplarConfig.ts';
import { exemplarMapper } from '../architectures/exemplarMapper.ts';
import { fusionBlock } from '../architectures/fusionBlock.ts';
import type { TensorShapes } from '../architectures/tensorShapes.ts';
import { unet2dCondition } from '../architectures/unet2dCondition.ts';
import type { UNetConfig } from '../architectures/unetConfig.ts';
import { vgg19 } from '../architectures/vgg19.ts';
import { layersOf, type VggConfig } from '../architectures/vggConfig.ts';
import type { Graph } from '../graph/graph.ts';
import type { LayerOptions } from '../layers/layerContext.ts';
import type { Parameters } from '../weights/parameters.ts';

/** A network of a diffusion model by its configuration. */
export type NetworkKind =
  | { readonly kind: 'unet'; readonly config: UNetConfig }
  | { readonly kind: 'autoencoder'; readonly config: AutoencoderConfig }
  | { readonly kind: 'text'; readonly config: ClipTextConfig }
  | { readonly kind: 'vision'; readonly config: ExemplarConfig }
  | { readonly kind: 'adapter'; readonly config: AdaptiveEncoderConfig }
  | { readonly kind: 'fusion'; readonly config: FusionConfig }
  | { readonly kind: 'vgg'; readonly config: VggConfig };

export type BuiltNetwork =
  NetworkKind | { readonly kind: 'tiny autoencoder'; readonly config: AutoencoderTinyConfig };

/**
 * Names (diffusers and transformers naming) and shapes of the tensors that a network is made of, found by building it
 * with parameters that only write down what they are asked for. Throws GraphError for sizes that cannot be built.
 */
export function networkTensors(network: BuiltNetwork): TensorShapes {
  const tensors = new Map<string, readonly number[]>();
  const recorder: Parameters = {
    value: (graph, name, shape) => {
      tensors.set(name, shape);
      const existing = graph.initializers.get(name);
      const data = { kind: 'memory', bytes: new Uint8Array(0) } as const;
      return existing?.value ?? graph.initializer(name, { shape, dtype: 'float32' }, data);
    },
  };
  for (const build of builders(network)) build({ parameters: recorder, attention: 'plain' });
  return tensors;
}

function builders(network: BuiltNetwork): ((how: LayerOptions) => Graph)[] {
  const latent = { height: 8, width: 8 };
  switch (network.kind) {
    case 'unet':
      return [(how) => unet2dCondition({ ...how, ...latent, config: network.config })];
    case 'text':
      return [(how) => clipTextEncoder({ ...how, config: network.config })];
    case 'vision':
      return [clipVisionEncoder, exemplarMapper].map(
        (build) => (how) => build({ ...how, config: network.config }),
      );
    case 'adapter': {
      const { config } = network;
      const size = { height: 8, width: 8, residual: true };
      return [(how) => adaptiveEncoder({ ...how, ...size, config })];
    }
    case 'fusion':
      return network.config.blockChannels.map((channels, block) => (how) => {
        return fusionBlock({ ...how, block, channels, height: 1, width: 1 });
      });
    case 'vgg': {
      const { config } = network;
      return [(how) => vgg19({ ...how, config, height: 32, width: 32, layers: layersOf(config).slice(-1) })];
    }
    case 'tiny autoencoder': {
      const { config } = network;
      const side = 2 ** (config.encoderBlocks.length - 1);
      return [
        (how) => autoencoderTinyEncoder({ ...how, config, height: side, width: side }),
        (how) => autoencoderTinyDecoder({ ...how, config, height: 1, width: 1 }),
      ];
    }
    case 'autoencoder': {
      const { config } = network;
      const side = 8 * 2 ** (config.blockOutChannels.length - 1);
      return [
        (how) => autoencoderEncoder({ ...how, config, height: side, width: side }),
        (how) => autoencoderDecoder({ ...how, ...latent, config }),
      ];
    }
  }
}
