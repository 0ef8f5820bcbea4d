import { describe, expect, it } from 'vitest';
import { inpaintingExtra, type InpaintingForm } from '../../../models/sampling/inpaintingExtra.ts';
import type { Autoencoder } from '../../../models/sampling/autoencoder.ts';
import { tensor, type Tensor } from '../../../models/tensor/tensor.ts';

/** Two pixels a cell; its answer has mean 1 and deviation 2 everywhere. */
const autoencoder = (seen: Tensor[]): Autoencoder => ({
  key: 'fake',
  latentChannels: 2,
  downscale: 2,
  scalingFactor: 0.5,
  encode: async (pixels) => {
    seen.push(pixels);
    const shape = [1, 2, 2, 2];
    const whole = (value: number) => tensor(shape, new Float32Array(8).fill(value));
    return { mean: whole(1), logvar: whole(2 * Math.log(2)) };
  },
  decode: () => Promise.reject(new Error('not needed')),
});

const picture = { width: 4, height: 4, data: new Uint8Array(48).fill(255) };
/** Selects the left column, and a half of the second. */
const mask = {
  width: 4,
  height: 4,
  data: Float32Array.from({ length: 16 }, (_, i) => [1, 128 / 255, 127 / 255, 0][i % 4]!),
};

async function extraOf(form: InpaintingForm) {
  const seen: Tensor[] = [];
  const noise = tensor(
    [1, 2, 2, 2],
    Float32Array.from({ length: 8 }, (_, i) => i),
  );
  const given = { picture, mask, autoencoder: autoencoder(seen), form, noise };
  return { ...(await inpaintingExtra(given)), seen };
}

describe('what an inpainting UNet is shown', () => {
  const sampled = Array.from({ length: 8 }, (_, i) => 0.5 * (1 + 2 * i));

  it('is the masked latent and what is kept, for Paint by Example', async () => {
    const { extra, seen } = await extraOf('diffusers');
    expect(extra.shape).toEqual([1, 3, 2, 2]);
    extra.data.forEach((value, i) => expect(value).toBeCloseTo([...sampled, 0, 1, 0, 1][i]!, 5));
    // Mid grey in the hole; 128 is in it, 127 is not.
    expect([0, 1, 2, 3].map((i) => seen[0]!.data[i])).toEqual([0, 0, 1, 1]);
  });

  it('has values between at the hole’s edge for the authors', async () => {
    const wide = Float32Array.from({ length: 16 }, (_, i) => Number(i % 4 === 0));
    const noise = tensor([1, 2, 2, 2]);
    const given = { picture, autoencoder: autoencoder([]), form: 'author', noise } as const;
    const { mask: found } = await inpaintingExtra({ ...given, mask: { ...mask, data: wide } });
    expect([...found.data]).toEqual([0.5, 1, 0.5, 1]);
  });

  it('is what is painted and then the masked latent, for Stable Diffusion', async () => {
    const { extra } = await extraOf('stable-diffusion');
    extra.data.forEach((value, i) => expect(value).toBeCloseTo([1, 0, 1, 0, ...sampled][i]!, 5));
  });
});
