import { describe, expect, it } from 'vitest';
import { guidancePatch } from '../../../models/sampling/guidancePatch.ts';
import { patchDenoiser } from '../../../models/sampling/patchDenoiser.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import { fakeDenoiser, ramp } from './fakeDenoiser.ts';

const unconditional = tensor([1, 1, 1], Float32Array.of(10));
const conditional = tensor([1, 1, 1], Float32Array.of(1));
/** Predicts its context's first value, row by row. */
const byContext = () =>
  fakeDenoiser({
    predict: ({ latent, context }) => {
      const prediction = tensor(latent.shape);
      const row = latent.data.length / latent.shape[0]!;
      return { ...prediction, data: prediction.data.map((_, i) => context!.data[Math.floor(i / row)]!) };
    },
  });

describe('guidancePatch', () => {
  it('gives e_u + scale * (e_c - e_u) from one doubled batch', async () => {
    const denoiser = byContext();
    const guided = patchDenoiser(denoiser, 'cfg', guidancePatch({ conditional, unconditional, scale: 7.5 }));
    const latent = ramp([2, 4, 2, 2]);
    const { prediction } = await guided.evaluate({ latent, timesteps: [5, 6] });
    expect(prediction.shape).toEqual(latent.shape);
    expect(new Set(prediction.data)).toEqual(new Set([10 + 7.5 * (1 - 10)]));
    const [call] = denoiser.calls;
    expect(call!.latent.shape).toEqual([4, 4, 2, 2]);
    expect(call!.timesteps).toEqual([5, 6, 5, 6]);
    expect([...call!.context!.data]).toEqual([10, 10, 1, 1]);
  });

  it('evaluates the condition alone at scale 1', async () => {
    const denoiser = byContext();
    const guided = patchDenoiser(denoiser, 'cfg', guidancePatch({ conditional, unconditional, scale: 1 }));
    const { prediction } = await guided.evaluate({ latent: ramp([1, 4, 2, 2]), timesteps: [5] });
    expect(new Set(prediction.data)).toEqual(new Set([1]));
    expect(denoiser.calls[0]!.latent.shape[0]).toBe(1);
  });

  it('doubles injections of many rows, keeps those of one, and captures the conditional rows', async () => {
    const denoiser = fakeDenoiser();
    const patch = guidancePatch({ conditional, unconditional, scale: 3 });
    const two = ramp([2, 2, 4]);
    const injection = { q: two, k: ramp([1, 2, 4]), gamma: 1, tau: 1 };
    const rows = ramp([4, 2, 4]);
    const result = await patch(
      {
        latent: ramp([2, 4, 2, 2]),
        timesteps: [1, 1],
        attention: new Map([['output.6', injection]]),
      },
      async (call) => {
        expect(call.attention!.get('output.6')!.q!.shape).toEqual([4, 2, 4]);
        expect(call.attention!.get('output.6')!.k!.shape).toEqual([1, 2, 4]);
        return { ...(await denoiser.evaluate(call)), captured: new Map([['output.6', { q: rows }]]) };
      },
    );
    expect(result.captured!.get('output.6')!.q).toEqual({ shape: [2, 2, 4], data: rows.data.slice(16) });
  });

  it('carries on what an inpainting UNet takes besides: one row for all, many rows for both halves', async () => {
    const denoiser = fakeDenoiser();
    const patch = guidancePatch({ conditional, unconditional, scale: 3 });
    for (const extra of [ramp([1, 5, 2, 2]), ramp([2, 5, 2, 2])])
      await patch({ latent: ramp([2, 4, 2, 2]), timesteps: [1, 1], extra }, denoiser.evaluate);
    const [one, two] = denoiser.calls.map((call) => call.extra!);
    expect(one).toEqual(ramp([1, 5, 2, 2]));
    expect(two!.shape).toEqual([4, 5, 2, 2]);
    expect([...two!.data]).toEqual([...ramp([2, 5, 2, 2]).data, ...ramp([2, 5, 2, 2]).data]);
  });

  it('brings prompts of several lengths to one, each repeated as a whole', async () => {
    const denoiser = byContext();
    const longer = tensor([1, 3, 1], Float32Array.of(1, 2, 3));
    const shorter = tensor([1, 2, 1], Float32Array.of(7, 8));
    const patch = guidancePatch({ conditional: longer, unconditional: shorter, scale: 2 });
    await patchDenoiser(denoiser, 'cfg', patch).evaluate({ latent: ramp([1, 4, 2, 2]), timesteps: [5] });
    const { context } = denoiser.calls[0]!;
    expect(context!.shape).toEqual([2, 6, 1]);
    expect([...context!.data]).toEqual([7, 8, 7, 8, 7, 8, 1, 2, 3, 1, 2, 3]);
  });

  it('refuses conditionings of different models', () => {
    const other = ramp([1, 1, 2]);
    expect(() => guidancePatch({ conditional, unconditional: other, scale: 2 })).toThrow(/one model/);
  });
});
