import { randomUUID } from 'node:crypto';
import { ModelError } from '../architectures/modelError.ts';
import { vgg19 } from '../architectures/vgg19.ts';
import { layersOf, type VggConfig, type VggPixels } from '../architectures/vggConfig.ts';
import { LayerContext } from '../layers/layerContext.ts';
import type { Session } from '../runtime/openSession.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { VggNetwork } from '../vision/vggNetwork.ts';
import { toVggPixels } from '../vision/vggPixels.ts';
import type { Network } from './modelParts.ts';
import { withNetwork, type NetworkGraph, type RunPlace } from './networkSession.ts';

export interface OpenVggOptions {
  readonly network: Network<VggConfig>;
  readonly hash: string;
  readonly place: RunPlace;
}

/**
 * VGG-19 over its weights. Every session is given up after its use: onnxruntime keeps what the largest layers took, half a
 * gigabyte for a picture of 700 pixels, and what comes next needs that memory more than it needs the second saved.
 */
export function openVgg(options: OpenVggOptions): VggNetwork {
  const { network, hash, place } = options;
  const { config, weights } = network;
  const once = async <T>(
    name: string,
    build: NetworkGraph['build'],
    work: (session: Session) => Promise<T>,
  ): Promise<T> => {
    const graph = { name: `vgg:${name}:${randomUUID()}`, hash, weights, build };
    try {
      return await withNetwork(place, graph, work);
    } finally {
      await place.pool.release(`${hash}/${graph.name}`);
    }
  };
  return {
    key: `vgg:${hash}:${config.pixels}`,
    title: weights.title,
    config,
    layers: layersOf(config),
    responses: async (pictures, layers) => {
      const [height, width] = sizeOf(pictures);
      // A session computes one output at least.
      if (layers.length === 0) return new Map();
      const name = `${height}x${width}:${layers.join()}`;
      const build: NetworkGraph['build'] = (how) => vgg19({ ...how, config, height, width, layers });
      const pixels = toVggPixels(pictures, config.pixels);
      return once(name, build, (session) => session.run({ pixels }, layers));
    },
    withGraph: ({ name, build }, work) => {
      const graphOf: NetworkGraph['build'] = (how) => {
        const root = new LayerContext(how);
        build(root);
        return root.graph;
      };
      return once(name, graphOf, work);
    },
    withPixels: (pixels) => openVgg({ ...options, network: { weights, config: repainted(config, pixels) } }),
  };
}

function sizeOf({ shape }: Tensor): readonly [height: number, width: number] {
  const [rows = 0, channels, height = 0, width = 0] = shape;
  if (shape.length === 4 && rows > 0 && channels === 3 && height > 0 && width > 0) return [height, width];
  throw new ModelError('input', `VGG takes pictures [B, 3, H, W], found [${shape.join(', ')}]`);
}

function repainted(config: VggConfig, pixels: VggPixels): VggConfig {
  if (pixels === config.pixels) return config;
  if (pixels !== 'normalised' && config.pixels !== 'normalised') return { ...config, pixels };
  throw new ModelError(
    'input',
    `This VGG takes ${config.pixels} pixels, not ${pixels} ones: its first layer is made for them`,
  );
}
