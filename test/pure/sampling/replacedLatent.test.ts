import { describe, expect, it } from 'vitest';
import { guidancePatch } from '../../../models/sampling/guidancePatch.ts';
import { invertDdim } from '../../../models/sampling/invertDdim.ts';
import { patchDenoiser } from '../../../models/sampling/patchDenoiser.ts';
import { samplers } from '../../../models/sampling/samplers.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import { tensor, type Tensor } from '../../../models/tensor/tensor.ts';
import { fakeDenoiser, ramp } from './fakeDenoiser.ts';

const shape = [1, 4, 2, 2];

/** Predicts from what it is given, after a patch has put `fixed` in its place. */
function replacing(fixed: Tensor) {
  const denoiser = fakeDenoiser({
    predict: ({ latent }) =>
      tensor(
        latent.shape,
        latent.data.map((x) => Math.sin(x)),
      ),
  });
  return patchDenoiser(denoiser, 'replace', async (call, next) => {
    const rows = call.latent.shape[0]!;
    const data = new Float32Array(fixed.data.length * rows);
    for (let row = 0; row < rows; row++) data.set(fixed.data, row * fixed.data.length);
    const latent = tensor([rows, ...shape.slice(1)], data);
    return { ...(await next({ ...call, latent })), latent };
  });
}

describe('a latent that a patch replaced', () => {
  it.each(Object.keys(samplers) as (keyof typeof samplers)[])(
    '%s goes on from it, whatever it held itself',
    async (name) => {
      const sampleFrom = async (latent: Tensor, fixed: Tensor) => {
        const noise = new TorchGenerator(1);
        return samplers[name]({
          denoiser: replacing(fixed),
          latent,
          steps: 6,
          noise: (of) => noise.randn(of),
        });
      };
      const [one, other] = [ramp(shape), ramp(shape, 2)];
      const reached = await sampleFrom(one, ramp(shape, 0.5));
      expect((await sampleFrom(other, ramp(shape, 0.5))).latent.data).toEqual(reached.latent.data);
      expect((await sampleFrom(one, ramp(shape, 0.7))).latent.data).not.toEqual(reached.latent.data);
    },
  );

  it('is what an inversion goes on from', async () => {
    const invert = async (latent: Tensor) =>
      (await invertDdim({ denoiser: replacing(ramp(shape)), latent, steps: 4 })).latents.at(-1)!;
    expect((await invert(ramp(shape, 3))).data).toEqual((await invert(ramp(shape, 1))).data);
  });

  it('comes through guidance with the rows that went in', async () => {
    const context = tensor([1, 1, 2]);
    const fixed = ramp(shape);
    const guided = patchDenoiser(
      replacing(fixed),
      'guidance',
      guidancePatch({ conditional: context, unconditional: context, scale: 3 }),
    );
    const { latent } = await guided.evaluate({ latent: ramp(shape, 5), timesteps: [1] });
    expect(latent).toEqual(fixed);
  });
});
