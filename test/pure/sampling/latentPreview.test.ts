import { describe, expect, it } from 'vitest';
import type { Picture } from '../../../models/image/picture.ts';
import type { Autoencoder } from '../../../models/sampling/autoencoder.ts';
import { applyLatentPreview, fitLatentPreview } from '../../../models/sampling/latentPreview.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import { ramp } from './fakeDenoiser.ts';

/** Its latent is the average colour of 4x4 pixels, mixed linearly into four channels. */
const averaging: Autoencoder = {
  key: 'averaging',
  latentChannels: 4,
  downscale: 4,
  scalingFactor: 0.5,
  encode: async ({ shape, data }) => {
    const [, , height, width] = shape as [number, number, number, number];
    const [h, w] = [height / 4, width / 4];
    const mean = tensor([1, 4, h, w]);
    const average = (c: number, y: number, x: number) => {
      let sum = 0;
      for (let i = 0; i < 16; i++) sum += data[(c * height + y * 4 + (i >> 2)) * width + x * 4 + (i & 3)]!;
      return sum / 16;
    };
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const [red, green, blue] = [0, 1, 2].map((c) => average(c, y, x)) as [number, number, number];
        const cell = y * w + x;
        for (const [k, value] of [red + green, green - blue, 3 * blue + 1, 0].entries()) {
          mean.data[k * h * w + cell] = value;
        }
      }
    }
    return { mean, logvar: tensor(mean.shape) };
  },
  decode: () => Promise.reject(new Error('not used')),
};

function noisePicture(width: number, height: number): Picture {
  let state = 1;
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 24) * 0.5 + (i % 3) * 40;
  });
  return { width, height, data };
}

describe('latent preview', () => {
  it('recovers a linear relation from a few pictures, whatever their size', async () => {
    const map = await fitLatentPreview(averaging, [noisePicture(43, 33), noisePicture(64, 20)]);
    const [red, green, blue] = [200, 90, 30].map((level) => (2 * level) / 255 - 1) as [
      number,
      number,
      number,
    ];
    const cell = [red + green, green - blue, 3 * blue + 1, 0].map((value) => value * 0.5);
    const { data } = applyLatentPreview(tensor([1, 4, 1, 1], Float32Array.from(cell)), map);
    for (const [i, level] of [200, 90, 30].entries())
      expect(Math.abs(data[i]! - level)).toBeLessThanOrEqual(2);
  });

  it('clamps and keeps the size', () => {
    const map = { channels: 4, weights: Array.from({ length: 12 }, (_, i) => i - 6), bias: [128, 0, 300] };
    const latent = ramp([1, 4, 64, 64], 0);
    const picture = applyLatentPreview(latent, map);
    expect([picture.width, picture.height, picture.data.length]).toEqual([64, 64, 64 * 64 * 3]);
    expect(picture.data[2]).toBe(255);
  });

  it('refuses latents of another number of channels', () => {
    const map = { channels: 4, weights: Array<number>(12).fill(0), bias: [0, 0, 0] };
    expect(() => applyLatentPreview(ramp([1, 16, 2, 2]), map)).toThrow(/4 channels, found \[1, 16, 2, 2\]/);
  });
});
