import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTinyAutoencoder, tinyAutoencoderFrom } from '../../models/catalog/openTinyAutoencoder.ts';
import { SessionPool } from '../../models/runtime/sessionPool.ts';
import { TorchGenerator } from '../../models/sampling/torchGenerator.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import { memoryWeights, type MemoryTensor } from '../../models/weights/memoryWeights.ts';
import { isTinyAutoencoder } from '../../models/weights/tinyAutoencoderNames.ts';
import { writeSafetensors } from '../../models/weights/writeSafetensors.ts';
import { worstError } from './golden.ts';

const CHANNELS = 4;
const generator = new TorchGenerator(7n);

/** One entry of the authors' Sequential; numbers are what follows the number in a weight's name. */
type Step =
  | 'clamp'
  | 'relu'
  | 'block'
  | 'up'
  | { readonly out: number; readonly stride?: number; readonly bias?: false };
const plain: Step = { out: CHANNELS, bias: false };
const down: Step = { out: CHANNELS, bias: false, stride: 2 };
const blocks: Step[] = ['block', 'block', 'block'];
/** taesd.py, word for word. */
const up: Step[] = ['up', plain];
const decoder: Step[] = ['clamp', { out: CHANNELS }, 'relu'];
decoder.push(...blocks, ...up, ...blocks, ...up, ...blocks, ...up, 'block', { out: 3 });
const encoder: Step[] = [{ out: CHANNELS }, 'block'];
encoder.push(down, ...blocks, down, ...blocks, down, ...blocks, { out: 4 });

type Weights = Map<string, Tensor>;

function generate(steps: readonly Step[], input: number): Weights {
  const weights: Weights = new Map();
  const add = (name: string, shape: number[]): void => {
    const { data } = generator.randn(shape);
    weights.set(name, { shape, data: data.map((value) => value * 0.2) });
  };
  let channels = input;
  for (const [i, step] of steps.entries()) {
    if (step === 'block') {
      for (const at of [0, 2, 4]) {
        add(`${i}.conv.${at}.weight`, [channels, channels, 3, 3]);
        add(`${i}.conv.${at}.bias`, [channels]);
      }
    } else if (typeof step === 'object') {
      add(`${i}.weight`, [step.out, channels, 3, 3]);
      if (step.bias !== false) add(`${i}.bias`, [step.out]);
      channels = step.out;
    }
  }
  return weights;
}

/** The network step by step, as the authors' PyTorch runs it. */
function run(steps: readonly Step[], weights: Weights, input: Tensor): Tensor {
  const relu = (x: Tensor): Tensor => ({ ...x, data: x.data.map((value) => Math.max(0, value)) });
  let x = input;
  for (const [i, step] of steps.entries()) {
    const conv = (from: Tensor, name: string, stride = 1): Tensor =>
      convolve(from, { weight: weights.get(`${name}.weight`)!, bias: weights.get(`${name}.bias`), stride });
    if (step === 'clamp') x = { ...x, data: x.data.map((value) => Math.tanh(value / 3) * 3) };
    else if (step === 'relu') x = relu(x);
    else if (step === 'up') x = double(x);
    else if (step === 'block') {
      const inner = conv(relu(conv(relu(conv(x, `${i}.conv.0`)), `${i}.conv.2`)), `${i}.conv.4`);
      const before = x;
      x = relu({ ...inner, data: inner.data.map((value, at) => value + before.data[at]!) });
    } else x = conv(x, `${i}`, step.stride);
  }
  return x;
}

function convolve(x: Tensor, options: { weight: Tensor; bias: Tensor | undefined; stride: number }): Tensor {
  const { weight, bias, stride } = options;
  const [, channels, height, width] = x.shape as [number, number, number, number];
  const out = weight.shape[0]!;
  const [rows, columns] = [Math.ceil(height / stride), Math.ceil(width / stride)];
  const data = new Float32Array(out * rows * columns);
  for (let o = 0; o < out; o++)
    for (let y = 0; y < rows; y++)
      for (let left = 0; left < columns; left++) {
        let sum = bias?.data[o] ?? 0;
        for (let c = 0; c < channels; c++)
          for (let k = 0; k < 9; k++) {
            const [row, column] = [y * stride + Math.floor(k / 3) - 1, left * stride + (k % 3) - 1];
            if (row < 0 || column < 0 || row >= height || column >= width) continue;
            sum += weight.data[(o * channels + c) * 9 + k]! * x.data[(c * height + row) * width + column]!;
          }
        data[(o * rows + y) * columns + left] = sum;
      }
  return { shape: [1, out, rows, columns], data };
}

function double({ shape, data }: Tensor): Tensor {
  const [, channels, height, width] = shape as [number, number, number, number];
  const at = (c: number, y: number, x: number): number => data[(c * height + (y >> 1)) * width + (x >> 1)]!;
  const size = height * width * 4;
  const doubled = Float32Array.from({ length: channels * size }, (_, i) => {
    const rest = i % size;
    return at(Math.floor(i / size), Math.floor(rest / (width * 2)), rest % (width * 2));
  });
  return { shape: [1, channels, height * 2, width * 2], data: doubled };
}

function sourceOf(weights: Weights, rename = (name: string) => name) {
  const tensors = new Map<string, MemoryTensor>();
  for (const [name, { shape, data }] of weights)
    tensors.set(rename(name), { dtype: 'float32', shape, bytes: new Uint8Array(data.buffer) });
  return memoryWeights('taesd', tensors);
}

const place = { pool: new SessionPool({ budgetBytes: 1e8 }), device: 'cpu' as const };
const [decoderWeights, encoderWeights] = [generate(decoder, 4), generate(encoder, 3)];
const latent = generator.randn([1, 4, 2, 3]);
const pixels: Tensor = {
  shape: [1, 3, 16, 24],
  data: Float32Array.from({ length: 1152 }, (_, i) => Math.sin(i)),
};
const decoded = run(decoder, decoderWeights, latent);
const expected = { ...decoded, data: decoded.data.map((value) => value * 2 - 1) };
const encoded = run(encoder, encoderWeights, {
  ...pixels,
  data: pixels.data.map((value) => (value + 1) / 2),
});

/** Both halves under diffusers names: its decoder does not count the clamp. */
const diffusers: Weights = new Map([
  ...[...decoderWeights].map(([name, tensor]) => {
    const [, layer, rest] = /^(\d+)\.(.*)$/.exec(name)!;
    return [`decoder.layers.${Number(layer) - 1}.${rest}`, tensor] as const;
  }),
  ...[...encoderWeights].map(([name, tensor]) => [`encoder.layers.${name}`, tensor] as const),
]);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-taesd-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('decodes with the authors’ decoder file', async () => {
  const tiny = await tinyAutoencoderFrom(sourceOf(decoderWeights), place);
  expect(tiny).toMatchObject({ latentChannels: 4, downscale: 8, scalingFactor: 1 });
  expect(worstError(await tiny.decode(latent), expected)).toBeLessThan(1e-4);
  await expect(tiny.encode(pixels)).rejects.toThrow('holds a decoder only');
});

it('decodes and encodes with a diffusers folder', async () => {
  const path = join(folder, 'taesd');
  await mkdir(path);
  await writeFile(
    join(path, 'config.json'),
    JSON.stringify({ _class_name: 'AutoencoderTiny', latent_magnitude: 3 }),
  );
  await writeSafetensors(join(path, 'diffusion_pytorch_model.safetensors'), sourceOf(diffusers));
  const tiny = await openTinyAutoencoder(path, place);
  expect(worstError(await tiny.decode(latent), expected)).toBeLessThan(1e-4);
  const { mean, logvar } = await tiny.encode(pixels);
  expect(worstError(mean, encoded)).toBeLessThan(1e-4);
  expect(Math.max(...logvar.data)).toBe(-30);
});

it('reads both halves from one file', async () => {
  const both = new Map([
    ...[...decoderWeights].map(([name, tensor]) => [`taesd_decoder.${name}`, tensor] as const),
    ...[...encoderWeights].map(([name, tensor]) => [`taesd_encoder.${name}`, tensor] as const),
  ]);
  const tiny = await tinyAutoencoderFrom(sourceOf(both), place);
  expect(worstError(await tiny.decode(latent), expected)).toBeLessThan(1e-4);
  expect(worstError((await tiny.encode(pixels)).mean, encoded)).toBeLessThan(1e-4);
});

it('says what is missing, contradicts, or is something else', async () => {
  await expect(tinyAutoencoderFrom(sourceOf(encoderWeights), place)).rejects.toThrow(
    'encoder of a tiny autoencoder only',
  );
  expect(isTinyAutoencoder(sourceOf(encoderWeights, (name) => `first_stage_model.${name}`))).toBe(false);
  const path = join(folder, 'other');
  await mkdir(path);
  await writeFile(join(path, 'config.json'), JSON.stringify({ act_fn: 'silu' }));
  await expect(openTinyAutoencoder(path, place)).rejects.toThrow('act_fn is "silu", which is not supported');
  await expect(openTinyAutoencoder(join(folder, 'none'), place)).rejects.toThrow('There is no model');
});
