import { describe, expect, it } from 'vitest';
import { addNoise } from '../../../models/sampling/addNoise.ts';
import { alphaAtTimestep } from '../../../models/sampling/alphaAtTimestep.ts';
import { guidancePatch } from '../../../models/sampling/guidancePatch.ts';
import { maskedBlendPatch } from '../../../models/sampling/maskedBlendPatch.ts';
import { patchDenoiser } from '../../../models/sampling/patchDenoiser.ts';
import { samplers } from '../../../models/sampling/samplers.ts';
import { stepNoise } from '../../../models/sampling/stepNoise.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import { tensor, type Tensor } from '../../../models/tensor/tensor.ts';
import { fakeDenoiser, ramp } from './fakeDenoiser.ts';

const shape = [1, 4, 4, 4];
const clean = ramp(shape);
/** The left half is foreground, but for one cell that is half of each. */
const mask = tensor(
  [1, 1, 4, 4],
  Float32Array.from({ length: 16 }, (_, i) => (i === 0 ? 0.5 : Number(i % 4 < 2))),
);
const nothing = tensor([1, 1, 4, 4]);

function blending(given: Tensor, denoiser = fakeDenoiser()) {
  const patch = maskedBlendPatch({ clean, mask: given, noise: stepNoise(7n, shape), denoiser });
  return patchDenoiser(denoiser, 'blend', patch);
}
const close = (found: Tensor, expected: Tensor) => {
  for (const [i, value] of expected.data.entries()) expect(found.data[i]).toBeCloseTo(value, 5);
};

describe('noise for each step', () => {
  it('is what one generator draws, in whatever order steps are asked for', () => {
    const generator = new TorchGenerator(7n);
    const drawn = [0, 1, 2, 3].map(() => generator.randn(shape));
    const noise = stepNoise(7n, shape);
    for (const step of [2, 3, 3, 0, 1, 3]) expect(noise(step).data).toEqual(drawn[step]!.data);
  });
});

describe('masked blend', () => {
  it.each(Object.keys(samplers) as (keyof typeof samplers)[])(
    'gives the network of %s the background with the noise of every timestep',
    async (name) => {
      const denoiser = fakeDenoiser();
      const generator = new TorchGenerator(1);
      await samplers[name]({
        denoiser: blending(mask, denoiser),
        latent: ramp(shape, 1),
        steps: 5,
        noise: (of) => generator.randn(of),
      });
      expect(denoiser.calls.length).toBeGreaterThanOrEqual(5);
      for (const { latent, timesteps, position } of denoiser.calls) {
        const alpha = alphaAtTimestep(denoiser.alphasCumprod, timesteps[0]!);
        const noised = addNoise({ clean, noise: stepNoise(7n, shape)(position!.step), alpha });
        const background = (data: Float32Array) =>
          tensor(
            [32],
            data.filter((_, i) => mask.data[i % 16] === 0),
          );
        close(background(latent.data), background(noised.data));
      }
    },
  );

  it('mixes where the mask is soft, and hands the mixture on', async () => {
    const denoiser = fakeDenoiser();
    const given = ramp(shape, 1);
    const { latent } = await blending(mask, denoiser).evaluate({ latent: given, timesteps: [501] });
    const alpha = denoiser.alphasCumprod[501]!;
    const noised = addNoise({ clean, noise: stepNoise(7n, shape)(0), alpha });
    const mixed = given.data.map((value, i) => {
      const share = mask.data[i % 16]!;
      return value * share + noised.data[i]! * (1 - share);
    });
    close(latent!, tensor(shape, mixed));
    expect(denoiser.calls[0]!.latent.data).toEqual(latent!.data);
  });

  it('gives both halves of a guided batch the same latent, wherever guidance stands', async () => {
    const contexts = { conditional: tensor([1, 1, 2]), unconditional: tensor([1, 1, 2]) };
    const guide = (inner: ReturnType<typeof blending>) =>
      patchDenoiser(inner, 'guidance', guidancePatch({ ...contexts, scale: 2 }));
    const denoiser = fakeDenoiser();
    const inside = await guide(blending(mask, denoiser)).evaluate({ latent: clean, timesteps: [301] });
    const { data } = denoiser.calls[0]!.latent;
    expect(data.slice(0, data.length / 2)).toEqual(data.slice(data.length / 2));
    const patch = maskedBlendPatch({ clean, mask, noise: stepNoise(7n, shape), denoiser });
    const outside = patchDenoiser(guide(denoiser as never), 'blend', patch);
    const { latent } = await outside.evaluate({ latent: clean, timesteps: [301] });
    expect(inside.latent!.data).toEqual(latent!.data);
  });

  it.each(['epsilon', 'v_prediction'] as const)(
    'does not ask a network that predicts %s when nothing is selected, and the picture stays',
    async (predictionType) => {
      const denoiser = fakeDenoiser({ predictionType });
      const latent = ramp(shape, 1);
      const options = { denoiser: blending(nothing, denoiser), latent, steps: 10 };
      const { predictedClean } = await samplers['dpmpp-2m'](options);
      expect(denoiser.calls).toEqual([]);
      for (const [i, value] of clean.data.entries()) expect(predictedClean.data[i]).toBeCloseTo(value, 4);
    },
  );

  it('refuses a latent of another size with both sizes', async () => {
    const latent = ramp([1, 4, 4, 6]);
    await expect(blending(mask).evaluate({ latent, timesteps: [1] })).rejects.toThrow(
      /background of 1 x 4 x 4 x 4, but the sampler's latent is 1 x 4 x 4 x 6/,
    );
  });
});
