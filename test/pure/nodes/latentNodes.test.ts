import { describe, expect, it } from 'vitest';
import type { Autoencoder } from '../../../models/sampling/autoencoder.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import type { Latent } from '../../../nodes/contract/portValues.ts';
import { addNoise } from '../../../nodes/latent/addNoise.ts';
import { adain } from '../../../nodes/latent/adain.ts';
import { decode } from '../../../nodes/latent/decode.ts';
import { encode } from '../../../nodes/latent/encode.ts';
import { noise } from '../../../nodes/latent/noise.ts';
import { statistics } from '../../../nodes/latent/statistics.ts';
import { fakeDenoiser, ramp } from '../sampling/fakeDenoiser.ts';
import { callNode } from './callNode.ts';

const autoencoder: Autoencoder = {
  key: 'fake',
  latentChannels: 4,
  downscale: 8,
  scalingFactor: 0.5,
  encode: async ({ shape }) => {
    const size = [1, 4, shape[2]! / 8, shape[3]! / 8];
    return { mean: ramp(size), logvar: tensor(size) };
  },
  decode: async ({ shape }) => tensor([1, 3, shape[2]! * 8, shape[3]! * 8]),
};
const picture = (width: number, height: number) => ({
  width,
  height,
  data: new Uint8Array(width * height * 3),
});
const latent = (shape: readonly number[], scale = 0.01): Latent => ({
  samples: ramp(shape, scale),
  downscale: 8,
});
const samplesOf = (outputs: Readonly<Record<string, unknown>>) => (outputs['latent'] as Latent).samples;

describe('Encode', () => {
  it('draws the sample that its seed names, or takes the mean', async () => {
    const run = async (params: object) =>
      samplesOf((await callNode(encode, { image: picture(64, 32), autoencoder }, { ...params })).outputs);
    const [a, again, other, mean] = [
      await run({ seed: '1' }),
      await run({ seed: '1' }),
      await run({ seed: '2' }),
      await run({ take: 'mean' }),
    ];
    expect(a.shape).toEqual([1, 4, 4, 8]);
    expect(a.data).toEqual(again.data);
    expect(a.data).not.toEqual(other.data);
    expect(mean.data[1]).toBeCloseTo(0.5 * ramp([2]).data[1]!, 5);
  });

  it('names a size that would fit', async () => {
    const call = callNode(encode, { image: picture(250, 187), autoencoder });
    await expect(call).rejects.toMatchObject({ code: 'shape-mismatch', port: 'image' });
    await expect(call).rejects.toThrow(/250 x 187.*multiples of 8.*248 x 184/);
    const huge = callNode(encode, { image: picture(4000, 3000), autoencoder });
    await expect(huge).rejects.toThrow(/4000 x 3000 makes 187500 latent cells.*for example 2528 x 2528/);
  });
});

describe('latents of different models or sizes', () => {
  it('are refused with both numbers', async () => {
    const eight = { samples: ramp([1, 8, 4, 4]), downscale: 4 };
    await expect(callNode(decode, { latent: eight, autoencoder })).rejects.toThrow(
      /8 channels.*works with 4/,
    );
    const pair = callNode(adain, { content: latent([1, 4, 4, 4]), style: eight });
    await expect(pair).rejects.toMatchObject({ code: 'shape-mismatch', port: 'style' });
    const inputs = { latent: latent([1, 4, 4, 4]), noise: latent([1, 4, 8, 8]), denoiser: fakeDenoiser() };
    await expect(callNode(addNoise, inputs)).rejects.toThrow(/1 x 4 x 8 x 8.*1 x 4 x 4 x 4/);
  });

  it('never pass NaN on', async () => {
    const broken = {
      ...autoencoder,
      decode: async () => ({ shape: [1, 3, 1, 1], data: Float32Array.of(0, NaN, 0) }),
    };
    const call = callNode(decode, { latent: latent([1, 4, 1, 1]), autoencoder: broken });
    await expect(call).rejects.toMatchObject({ code: 'not-finite' });
  });
});

describe('Noise and Add Noise', () => {
  it('gives torch’s numbers for a seed, at the size of a picture or of another latent', async () => {
    const { outputs } = await callNode(noise, { autoencoder }, { width: 64, height: 32, seed: '0' });
    expect(samplesOf(outputs).shape).toEqual([1, 4, 4, 8]);
    // torch.manual_seed(0); torch.randn(128)[:2]
    expect(samplesOf(outputs).data[0]).toBeCloseTo(-1.1258, 3);
    expect(samplesOf(outputs).data[1]).toBeCloseTo(-1.1524, 3);
    const like = await callNode(noise, { autoencoder, like: latent([1, 4, 6, 2]) });
    expect(samplesOf(like.outputs).shape).toEqual([1, 4, 6, 2]);
  });

  it('noises to where a sampler of the same strength starts', async () => {
    const inputs = { latent: latent([1, 4, 4, 4]), noise: latent([1, 4, 4, 4]), denoiser: fakeDenoiser() };
    expect((await callNode(addNoise, inputs, { strength: 0.6, steps: 50 })).notes['timestep']).toBe(581);
    expect((await callNode(addNoise, inputs, { strength: 0, steps: 50 })).notes['timestep']).toBe(1);
    const exact = await callNode(addNoise, inputs, { amount: 'timestep', timestep: 7 });
    expect(exact.notes['timestep']).toBe(7);
  });
});

describe('Latent Statistics', () => {
  it('has a row for every channel', async () => {
    const samples = { shape: [1, 2, 1, 2], data: Float32Array.of(1, 3, -2, -2) };
    const { outputs } = await callNode(statistics, { latent: { samples, downscale: 8 } });
    expect(outputs['table']).toEqual({
      columns: ['channel', 'mean', 'std', 'min', 'max'],
      rows: [
        [0, 2, Math.SQRT2, 1, 3],
        [1, -2, 0, -2, -2],
      ],
    });
  });
});
