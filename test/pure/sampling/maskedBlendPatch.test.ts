import { describe, expect, it } from 'vitest';
import { addNoise } from '../../../models/sampling/addNoise.ts';
import { backgroundOnlyPatch } from '../../../models/sampling/backgroundOnlyPatch.ts';
import type { Denoiser } from '../../../models/sampling/denoiser.ts';
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

const patchFor = ({ alphasCumprod }: Pick<Denoiser, 'alphasCumprod'>) =>
  maskedBlendPatch({ clean, mask, noise: stepNoise(7n, shape), alphasCumprod });

function blending(denoiser = fakeDenoiser()) {
  return patchDenoiser(denoiser, 'blend', patchFor(denoiser));
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
        denoiser: blending(denoiser),
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
    const { latent } = await blending(denoiser).evaluate({ latent: given, timesteps: [501] });
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
    const guide = (inner: Denoiser) =>
      patchDenoiser(inner, 'guidance', guidancePatch({ ...contexts, scale: 2 }));
    const denoiser = fakeDenoiser();
    const inside = await guide(blending(denoiser)).evaluate({ latent: clean, timesteps: [301] });
    const { data } = denoiser.calls[0]!.latent;
    expect(data.slice(0, data.length / 2)).toEqual(data.slice(data.length / 2));
    const outside = patchDenoiser(guide(denoiser), 'blend', patchFor(denoiser));
    const { latent } = await outside.evaluate({ latent: clean, timesteps: [301] });
    expect(inside.latent!.data).toEqual(latent!.data);
  });

  it('asks the network as the authors do where the mask selects nothing', async () => {
    const denoiser = fakeDenoiser();
    const { alphasCumprod } = denoiser;
    const nothing = tensor([1, 1, 4, 4]);
    const patch = maskedBlendPatch({ clean, mask: nothing, noise: stepNoise(7n, shape), alphasCumprod });
    const { latent } = await patchDenoiser(denoiser, 'blend', patch).evaluate({
      latent: ramp(shape, 1),
      timesteps: [501],
    });
    const noise = stepNoise(7n, shape)(0);
    close(latent!, addNoise({ clean, noise, alpha: alphasCumprod[501]! }));
    expect(denoiser.calls[0]!.latent.data).toEqual(latent!.data);
  });

  it('refuses a latent of another size with both sizes', async () => {
    const latent = ramp([1, 4, 4, 6]);
    await expect(blending().evaluate({ latent, timesteps: [1] })).rejects.toThrow(
      /background of 1 x 4 x 4 x 4, but the sampler's latent is 1 x 4 x 4 x 6/,
    );
  });
});

describe('the background only', () => {
  const onlyBackground = (denoiser: ReturnType<typeof fakeDenoiser>) => {
    const patch = backgroundOnlyPatch({ clean, noise: stepNoise(7n, shape)(0), denoiser });
    return patchDenoiser(denoiser, 'blend', patch);
  };

  it.each(Object.keys(samplers) as (keyof typeof samplers)[])(
    'is left by %s as it was, without a question to the network',
    async (name) => {
      for (const predictionType of ['epsilon', 'v_prediction'] as const) {
        const denoiser = fakeDenoiser({ predictionType });
        const latent = ramp(shape, 1);
        const noise = () => tensor(shape);
        const options = { denoiser: onlyBackground(denoiser), latent, steps: 10, noise };
        const { predictedClean } = await samplers[name](options);
        expect(denoiser.calls).toEqual([]);
        for (const [i, value] of clean.data.entries()) expect(predictedClean.data[i]).toBeCloseTo(value, 3);
      }
    },
  );

  it('asks for whoever looks inside', async () => {
    const denoiser = fakeDenoiser();
    const capture = new Map([['middle', ['k'] as const]]);
    const call = { latent: ramp(shape, 1), timesteps: [501], capture };
    const { captured, latent } = await onlyBackground(denoiser).evaluate(call);
    expect(captured!.has('middle')).toBe(true);
    expect(denoiser.calls[0]!.latent.data).toEqual(latent!.data);
  });
});
