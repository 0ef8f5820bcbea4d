import {
  adaptiveEncoderConfigFromShapes,
  fusionConfigFromShapes,
  type AdaptiveEncoderConfig,
  type FusionConfig,
} from '../architectures/adapterConfig.ts';
import { ModelError } from '../architectures/modelError.ts';
import type { TensorShapes } from '../architectures/tensorShapes.ts';
import { renameWeights } from '../weights/renameWeights.ts';
import type { WeightSource } from '../weights/weightSource.ts';
import type { Network } from './modelParts.ts';
import type { NetworkKind } from './networkTensors.ts';
import { checkNetwork } from './recognition/checkNetwork.ts';
import { findKnownFile } from './recognition/knownFiles.ts';

/** What PHDiffusion's file holds. */
export interface AdapterNetworks {
  readonly title: string;
  readonly encoder: Network<AdaptiveEncoderConfig>;
  readonly fusion: Network<FusionConfig>;
}

/**
 * The two networks of a file of PHDiffusion's, saved as `{'ad': ..., 'interact': ...}`; undefined for any other file.
 * Throws WeightsError when their tensors are not exactly those (see checkNetwork).
 */
export function adapterNetworks(source: WeightSource): AdapterNetworks | undefined {
  if (findKnownFile(source.tensors.keys())?.role !== 'adapter') return undefined;
  const encoder = readPart(source, 'ad', (shapes, title) => ({
    kind: 'adapter',
    config: adaptiveEncoderConfigFromShapes(shapes, title),
  }));
  return { title: source.title, encoder, fusion: fusionNetwork(source) };
}

/** The fusion blocks alone. Throws WeightsError as adapterNetworks does. */
export function fusionNetwork(source: WeightSource): Network<FusionConfig> {
  return readPart(source, 'interact', (shapes, title) => ({
    kind: 'fusion',
    config: fusionConfigFromShapes(shapes, title),
  }));
}

type PartKind = Extract<NetworkKind, { kind: 'adapter' | 'fusion' }>;

function readPart<Kind extends PartKind>(
  source: WeightSource,
  part: 'ad' | 'interact',
  configure: (shapes: TensorShapes, title: string) => Kind,
): Network<Kind['config']> {
  const title = `${source.title} (${part})`;
  const prefix = `${part}.`;
  const weights = renameWeights({ ...source, title }, (name) =>
    name.startsWith(prefix) ? name.slice(prefix.length) : undefined,
  );
  const shapes = new Map([...weights.tensors].map(([name, { shape }]) => [name, shape]));
  const network = configured(() => configure(shapes, title));
  checkNetwork(shapes, { kind: part === 'ad' ? 'adapter' : 'fusion', title, network });
  // Without a configuration nothing fits, and the check has thrown.
  return { weights, config: network!.config };
}

/** Undefined when a tensor is missing that a size is read off. */
function configured<Kind>(configure: () => Kind): Kind | undefined {
  try {
    return configure();
  } catch (error) {
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}
