import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { conv2d } from '../layers/conv2d.ts';
import { enlarge } from '../layers/enlarge.ts';
import { LayerContext, type LayerOptions } from '../layers/layerContext.ts';
import type { AutoencoderTinyConfig } from './autoencoderTinyConfig.ts';

export interface AutoencoderTinyOptions extends LayerOptions {
  readonly config: AutoencoderTinyConfig;
  /** Size of the graph's input: pixels for the encoder, the latent for the decoder. */
  readonly height: number;
  readonly width: number;
}

/** Latents are squeezed softly into +-3 before they are decoded. */
const LATENT_MAGNITUDE = 3;

/**
 * The decoder of TAESD, the tiny autoencoder for Stable Diffusion (github.com/madebyollin/taesd; diffusers
 * AutoencoderTiny), as a graph: input `latent` [B, C, h, w], scaled as the diffusion model has it, output `pixels`
 * [B, 3, h*d, w*d] around [-1, 1], not clamped. Its network gives [0, 1].
 */
export function autoencoderTinyDecoder({ config, height, width, ...options }: AutoencoderTinyOptions): Graph {
  const root = new LayerContext(options);
  const { graph } = root;
  const { channels, decoderBlocks } = config;
  const latent = graph.input('latent', ['B', config.latentChannels, height, width]);
  const layers = new Layers(root, 'decoder.layers');
  const magnitude = graph.scalar(LATENT_MAGNITUDE);
  let x = layers.conv(latent.div(magnitude).tanh().mul(magnitude), { channels }).relu();
  layers.skip();
  for (const [stage, blocks] of decoderBlocks.entries()) {
    for (let i = 0; i < blocks; i++) x = layers.block(x);
    if (stage < decoderBlocks.length - 1) x = layers.upsample(x);
  }
  const picture = layers.conv(x, { channels: config.outChannels });
  graph.output('pixels', picture.mul(2).sub(1));
  return graph;
}

/** The encoder: input `pixels` [B, 3, H, W] in [-1, 1], output `latent` [B, C, H/d, W/d], scaled. */
export function autoencoderTinyEncoder({ config, height, width, ...options }: AutoencoderTinyOptions): Graph {
  const root = new LayerContext(options);
  const { graph } = root;
  const { channels, encoderBlocks } = config;
  const pixels = graph.input('pixels', ['B', config.inChannels, height, width]);
  const layers = new Layers(root, 'encoder.layers');
  let x = layers.conv(pixels.add(1).div(2), { channels });
  for (const [stage, blocks] of encoderBlocks.entries()) {
    if (stage > 0) x = layers.conv(x, { channels, stride: 2, bias: false });
    for (let i = 0; i < blocks; i++) x = layers.block(x);
  }
  graph.output('latent', layers.conv(x, { channels: config.latentChannels }));
  return graph;
}

/** Layers one after another, numbered as in the authors' Sequential: those without weights count too. */
class Layers {
  readonly #root: LayerContext;
  readonly #name: string;
  #next = 0;

  constructor(root: LayerContext, name: string) {
    this.#root = root;
    this.#name = name;
  }

  skip(): void {
    this.#next++;
  }

  conv(x: Value, options: { channels: number; stride?: number; bias?: boolean }): Value {
    return this.#layer((layer) => conv2d(layer, x, options));
  }

  /** relu(x + three 3x3 convolutions with ReLU between them). */
  block(x: Value): Value {
    const channels = x.size(1);
    const convolve = (layer: LayerContext, from: Value, name: string): Value =>
      layer.at(name, '', (l) => conv2d(l, from, { channels }));
    return this.#layer((layer) => {
      const first = convolve(layer, x, 'conv.0').relu();
      const second = convolve(layer, first, 'conv.2').relu();
      return convolve(layer, second, 'conv.4').add(x).relu();
    });
  }

  /** Twice the size (a layer without weights), then a convolution. */
  upsample(x: Value): Value {
    this.skip();
    return this.conv(enlarge(x), { channels: x.size(1), bias: false });
  }

  #layer(build: (layer: LayerContext) => Value): Value {
    const name = `${this.#name}.${this.#next++}`;
    return this.#root.at(name, name, build);
  }
}
