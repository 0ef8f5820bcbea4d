import { describe, expect, test } from 'vitest';
import { adaptiveEncoder } from '../../../models/architectures/adaptiveEncoder.ts';
import { autoencoderDecoder, autoencoderEncoder } from '../../../models/architectures/autoencoderKL.ts';
import {
  autoencoderTinyDecoder,
  autoencoderTinyEncoder,
} from '../../../models/architectures/autoencoderTiny.ts';
import { clipTextEncoder } from '../../../models/architectures/clipTextEncoder.ts';
import { clipVisionEncoder } from '../../../models/architectures/clipVisionEncoder.ts';
import { exemplarMapper } from '../../../models/architectures/exemplarMapper.ts';
import { unet2dCondition } from '../../../models/architectures/unet2dCondition.ts';
import { gradient } from '../../../models/gradients/gradient.ts';
import type { Graph } from '../../../models/graph/graph.ts';
import type { Value } from '../../../models/graph/value.ts';
import type { LayerOptions } from '../../../models/layers/layerContext.ts';
import { openSession, type Feed } from '../../../models/runtime/openSession.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';

type Parameters = LayerOptions['parameters'];
type Sizes = Readonly<Record<string, number>>;

interface Built {
  build(parameters: Parameters): Graph;
  /** Sizes of the symbolic axes. */
  readonly sizes: Sizes;
  /** Feeds that are not drawn at random. */
  readonly feeds?: Readonly<Record<string, Feed>>;
}

const STEP = 2e-4;

/**
 * How the loss, a random sum over the outputs, changes along a direction through all weights and float inputs: what the
 * gradient says, and what central differences say. A float32 network is good to a few in a thousand here.
 */
async function slopes({ build, sizes, feeds: given = {} }: Built): Promise<{ said: number; seen: number }> {
  const random = new TorchGenerator(7n);
  const weights = new Map<string, Value>();
  const parameters: Parameters = {
    value: (graph, name, shape) => {
      const known = weights.get(name) ?? graph.input(name, shape);
      weights.set(name, known);
      return known;
    },
  };
  const graph = build(parameters);
  const outputs = [...graph.outputs].filter(([name]) => !/\.[qkv]$/.test(name));
  const factors = outputs.map(([name, value]) => ({
    value,
    input: graph.input(`factor/${name}`, value.shape),
  }));
  const loss = factors.map(({ value, input }) => value.mul(input).sum()).reduce((sum, each) => sum.add(each));
  const floats = [...graph.inputs].filter(([name, { dtype }]) => {
    return dtype === 'float32' && !/^factor\/|_bank$|gamma$|tau$|^timesteps$|mask/.test(name);
  });
  const gradients = gradient(
    loss,
    floats.map(([, value]) => value),
  );
  for (const [i, [name]] of floats.entries()) graph.output(`d/${name}`, gradients[i]!);

  const session = await openSession(graph, { device: 'cpu' });
  const feeds: Record<string, Feed> = {};
  for (const [name, { shape }] of graph.inputs) {
    if (!session.inputNames.includes(name)) continue;
    const known = shape.map((dim) => (typeof dim === 'number' ? dim : (sizes[dim] ?? 1)));
    const scale =
      weights.has(name) && known.length > 1 ? known.slice(1).reduce((a, b) => a * b, 1) ** -0.5 : 1;
    const { data } = random.randn(known);
    feeds[name] = given[name] ?? { shape: known, data: data.map((each) => each * scale) };
  }
  const found = await session.run(
    feeds,
    floats.map(([name]) => `d/${name}`),
  );
  const directions = new Map(
    floats.map(([name]) => [
      name,
      mixed(found.get(`d/${name}`)!.data, random.randn(feeds[name]!.shape).data),
    ]),
  );
  const lossAt = async (along: number): Promise<number> => {
    const moved = { ...feeds };
    for (const [name, direction] of directions) {
      const { shape, data } = feeds[name]!;
      moved[name] = { shape, data: (data as Float32Array).map((each, i) => each + along * direction[i]!) };
    }
    const found = await session.run(
      moved,
      outputs.map(([name]) => name),
    );
    return outputs.reduce(
      (sum, [name]) => sum + dot(found.get(name)!.data, feeds[`factor/${name}`]!.data),
      0,
    );
  };
  const said = floats.reduce(
    (sum, [name]) => sum + dot(found.get(`d/${name}`)!.data, directions.get(name)!),
    0,
  );
  const seen = ((await lossAt(STEP)) - (await lossAt(-STEP))) / (2 * STEP);
  await session.release();
  return { said, seen };
}

/** As far along the gradient as at random; short, because slopes jump where a ReLU bends. */
function mixed(gradient: Float32Array, noise: Float32Array): Float32Array {
  const [steep, long] = [Math.hypot(...gradient) || 1, Math.sqrt(noise.length)];
  return noise.map((each, i) => each / long + gradient[i]! / steep);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, each, i) => sum + each * b[i]!, 0);
}

const size = { height: 8, width: 16 };
const unetConfig = {
  inChannels: 4,
  outChannels: 4,
  blockOutChannels: [16, 32],
  layersPerBlock: 1,
  downAttention: [true, false],
  upAttention: [true, true],
  midAttention: true,
  heads: [2, 2],
  crossAttentionDim: 8,
  normGroups: 4,
  normEpsilon: 1e-5,
  linearProjection: false,
  flipSinToCos: true,
  freqShift: 0,
};
const autoencoderConfig = {
  inChannels: 3,
  outChannels: 3,
  latentChannels: 4,
  blockOutChannels: [8, 16],
  layersPerBlock: 1,
  normGroups: 4,
  midAttention: true,
  quantConv: true,
  postQuantConv: true,
  scalingFactor: 1,
};
const tinyConfig = {
  inChannels: 3,
  outChannels: 3,
  latentChannels: 4,
  channels: 8,
  encoderBlocks: [1, 2],
  decoderBlocks: [2, 1],
};
const exemplarConfig = {
  hidden: 16,
  layers: 2,
  heads: 2,
  intermediate: 32,
  imageSize: 8,
  patchSize: 4,
  activation: 'quick_gelu',
  epsilon: 1e-5,
  mapperBlocks: 2,
  contextDim: 8,
} as const;
const textConfig = {
  vocabulary: 12,
  hidden: 16,
  layers: 2,
  heads: 2,
  intermediate: 32,
  positions: 6,
  activation: 'gelu',
  epsilon: 1e-5,
} as const;

/** Rows of hooked self-attention that look at their own tokens, but for the first one's first. */
function hookFeeds(
  rows: number,
  levels: Readonly<Record<string, readonly [number, number]>>,
): Record<string, Feed> {
  const feeds: Record<string, Feed> = {};
  for (const [id, [tokens, channels]] of Object.entries(levels)) {
    const own = Int32Array.from({ length: rows * tokens }, (_, i) => i);
    // The first row looks at the second row's last token instead of its own first.
    own[0] = rows * tokens - 1;
    const perRow = (value: number): Feed => ({
      shape: [rows, 1, 1],
      data: new Float32Array(rows).fill(value),
    });
    for (const kind of ['k', 'v']) {
      feeds[`${id}.${kind}_bank`] = { shape: [0, channels], data: new Float32Array(0) };
      feeds[`${id}.${kind}_index`] = { shape: [rows, tokens], data: own };
    }
    feeds[`${id}.q_bank`] = { shape: [1, 1, 1], data: new Float32Array(1) };
    feeds[`${id}.gamma`] = perRow(0.25);
    feeds[`${id}.tau`] = perRow(1.5);
  }
  return feeds;
}

const hooks = hookFeeds(2, {
  'input.1': [128, 16],
  middle: [32, 32],
  'output.0': [32, 32],
  'output.1': [32, 32],
  'output.2': [128, 16],
  'output.3': [128, 16],
});
const timesteps: Feed = { shape: [2], data: Float32Array.of(3, 700) };

const architectures: Record<string, Built> = {
  'a UNet, attention plain': {
    build: (parameters) => unet2dCondition({ ...size, config: unetConfig, parameters, attention: 'plain' }),
    sizes: { B: 2, contextTokens: 3 },
    feeds: { ...hooks, timesteps },
  },
  'a UNet, attention fused, with linear projections': {
    build: (parameters) =>
      unet2dCondition({
        ...size,
        config: { ...unetConfig, linearProjection: true },
        parameters,
        attention: 'fused',
      }),
    sizes: { B: 2, contextTokens: 3 },
    feeds: { ...hooks, timesteps },
  },
  'an autoencoder’s encoder': {
    build: (parameters) =>
      autoencoderEncoder({ ...size, config: autoencoderConfig, parameters, attention: 'plain' }),
    sizes: { B: 2 },
  },
  'an autoencoder’s decoder': {
    build: (parameters) =>
      autoencoderDecoder({ ...size, config: autoencoderConfig, parameters, attention: 'fused' }),
    sizes: { B: 1 },
  },
  'a tiny autoencoder’s encoder': {
    build: (parameters) =>
      autoencoderTinyEncoder({ ...size, config: tinyConfig, parameters, attention: 'plain' }),
    sizes: { B: 2 },
  },
  'a tiny autoencoder’s decoder': {
    build: (parameters) =>
      autoencoderTinyDecoder({ ...size, config: tinyConfig, parameters, attention: 'plain' }),
    sizes: { B: 2 },
  },
  'CLIP’s text encoder': {
    build: (parameters) => clipTextEncoder({ config: textConfig, parameters, attention: 'plain' }),
    sizes: { B: 2 },
    feeds: { tokens: { shape: [2, 6], data: Int32Array.of(1, 2, 3, 3, 3, 0, 5, 6, 7, 8, 9, 11) } },
  },
  'CLIP’s vision encoder': {
    build: (parameters) => clipVisionEncoder({ config: exemplarConfig, parameters, attention: 'plain' }),
    sizes: { B: 2 },
  },
  'the mapper of Paint by Example': {
    build: (parameters) => exemplarMapper({ config: exemplarConfig, parameters, attention: 'plain' }),
    sizes: { B: 2 },
  },
  'an adaptive encoder with residuals': {
    build: (parameters) =>
      adaptiveEncoder({
        height: 32,
        width: 64,
        config: { levelChannels: [8, 8, 16, 16] },
        residual: true,
        parameters,
        attention: 'plain',
      }),
    sizes: { B: 2 },
  },
};

describe('the gradient through a whole network agrees with how its outputs change:', () => {
  for (const [name, built] of Object.entries(architectures)) {
    test(`${name}`, async () => {
      const { said, seen } = await slopes(built);
      expect(Math.abs(said - seen) / Math.abs(seen), `${said}, seen ${seen}`).toBeLessThan(0.01);
    });
  }
});
