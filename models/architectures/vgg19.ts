import { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { conv2d } from '../layers/conv2d.ts';
import { LayerContext, type LayerOptions } from '../layers/layerContext.ts';
import { maxPool } from '../layers/maxPool.ts';
import { reflectionPad } from '../layers/reflectionPad.ts';
import { ModelError } from './modelError.ts';
import { layersOf, vggConvolutions, type VggConfig } from './vggConfig.ts';

export interface VggResponsesOptions {
  readonly config: VggConfig;
  /** The last layer that is built. */
  readonly until: string;
  /** Sees every layer's response; what it hands back is what the next layer takes. */
  readonly at: (layer: string, response: Value) => Value;
  /** On which sides of a convolution's input the picture ends, rather than goes on: everywhere unless given. */
  readonly edges?: (layer: string) => Edges;
}

/** Top, left, bottom, right: how many rows and columns of padding there are. */
export type Edges = readonly [number, number, number, number];

const ON_ALL_SIDES: Edges = [1, 1, 1, 1];

/**
 * VGG-19's convolutional part behind `pixels` [B, 3, H, W], prepared as its configuration says (see toVggPixels), layer by
 * layer: 3x3 convolutions, padded with zeros (`normalised`: by reflection, behind a first 1x1 convolution), ReLU, and
 * the largest of 2x2 with sizes rounded up. Throws ModelError for a layer that the weights do not reach.
 */
export function vggResponses(layer: LayerContext, pixels: Value, options: VggResponsesOptions): void {
  const { config, until, at, edges = () => ON_ALL_SIDES } = options;
  const reflects = config.pixels === 'normalised';
  let x = reflects
    ? layer.at('prepare', 'prepare', (l) => conv2d(l, pixels, { channels: 3, kernel: 1 }))
    : pixels;
  for (const name of layersUntil(config, until)) {
    const input = x;
    if (name.startsWith('conv')) {
      const channels = config.convChannels[vggConvolutions.indexOf(name)]!;
      const padded = reflects ? reflectionPad(input, edges(name)) : input;
      const pads = reflects ? ([0, 0, 0, 0] as const) : edges(name);
      x = layer.at(name, name, (l) => conv2d(l, padded, { channels, pads }));
    } else x = layer.graph.within(name, () => (name.startsWith('pool') ? maxPool(input) : input.relu()));
    x = at(name, x);
  }
}

/** Throws ModelError for a layer that the weights do not reach. */
export function layersUntil(config: VggConfig, until: string): readonly string[] {
  const layers = layersOf(config);
  const end = layers.indexOf(until);
  if (end !== -1) return layers.slice(0, end + 1);
  throw new ModelError(
    'input',
    `VGG has no layer ${until.slice(0, 50)} here: it reaches from conv1_1 to ${layers.at(-1)}`,
  );
}

export interface Vgg19Options extends LayerOptions {
  readonly config: VggConfig;
  readonly height: number;
  readonly width: number;
  /** Responses that become outputs, each under its layer's name. */
  readonly layers: readonly string[];
}

/** The same as a graph of its own: input `pixels`, outputs the responses asked for. */
export function vgg19(options: Vgg19Options): Graph {
  const { config, height, width, layers } = options;
  const root = new LayerContext(options);
  const pixels = root.graph.input('pixels', ['B', 3, height, width]);
  vggResponses(root, pixels, {
    config,
    until: deepestOf(config, layers),
    at: (name, response) => {
      if (layers.includes(name)) root.graph.output(name, response);
      return response;
    },
  });
  return root.graph;
}

/** Of these layers the last; the first that the weights do not reach, if there is one. */
export function deepestOf(config: VggConfig, layers: readonly string[]): string {
  const known = layersOf(config);
  const unknown = layers.find((layer) => !known.includes(layer));
  return unknown ?? layers.toSorted((a, b) => known.indexOf(a) - known.indexOf(b)).at(-1) ?? known[0]!;
}
