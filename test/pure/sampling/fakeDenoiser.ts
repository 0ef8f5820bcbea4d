import type { AttentionLayer, Denoiser, DenoiserCall } from '../../../models/sampling/denoiser.ts';
import { noiseSchedule } from '../../../models/sampling/noiseSchedule.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import type { Tensor } from '../../../models/tensor/tensor.ts';

export const fakeLayers: readonly AttentionLayer[] = [
  { id: 'input.1', channels: 4, heads: 2, downscale: 1 },
  { id: 'middle', channels: 8, heads: 2, downscale: 8 },
  { id: 'output.6', channels: 4, heads: 2, downscale: 2 },
  { id: 'output.7', channels: 4, heads: 2, downscale: 1 },
];

export interface FakeDenoiser extends Denoiser {
  readonly calls: DenoiserCall[];
}

/** Predicts `predict(call)` (default: 0.1 everywhere) and captures features whose values are the timestep. */
export function fakeDenoiser(
  options: Partial<Denoiser> & { predict?: (call: DenoiserCall) => Tensor } = {},
): FakeDenoiser {
  const calls: DenoiserCall[] = [];
  const constant = (call: DenoiserCall) =>
    tensor(call.latent.shape, new Float32Array(call.latent.data.length).fill(0.1));
  const { predict = constant, ...rest } = options;
  return {
    key: 'fake',
    predictionType: 'epsilon',
    alphasCumprod: noiseSchedule().alphasCumprod,
    latentChannels: 4,
    extraChannels: 0,
    architecture: 'fake',
    attentionLayers: fakeLayers,
    encoderLevels: [],
    ...rest,
    calls,
    evaluate: async (call) => {
      calls.push(call);
      const captured = new Map(
        [...(call.capture ?? [])].map(([id, kinds]) => {
          const { channels } = fakeLayers.find((layer) => layer.id === id)!;
          const features = (kind: string) =>
            tensor(
              [1, 2, channels],
              new Float32Array(2 * channels).fill(call.timesteps[0]! + 'qkv'.indexOf(kind) / 4),
            );
          return [id, Object.fromEntries(kinds.map((kind) => [kind, features(kind)]))];
        }),
      );
      return { prediction: predict(call), ...(call.capture ? { captured } : {}) };
    },
  };
}

export function ramp(shape: readonly number[], scale = 0.01): Tensor {
  const result = tensor(shape);
  for (let i = 0; i < result.data.length; i++) result.data[i] = Math.sin(i) + i * scale;
  return result;
}
