import { describe, expect, it } from 'vitest';
import { SessionPool } from '../../models/runtime/sessionPool.ts';
import { guidancePatch } from '../../models/sampling/guidancePatch.ts';
import { patchDenoiser } from '../../models/sampling/patchDenoiser.ts';
import { TorchGenerator } from '../../models/sampling/torchGenerator.ts';
import { tensor, type Tensor } from '../../models/tensor/tensor.ts';
import { tinyHarmonisers } from '../helpers/tinyHarmonisers.ts';

const pool = new SessionPool({ budgetBytes: 1e9 });
const { denoiser, adapter, steering } = await tinyHarmonisers({ pool, device: 'cpu' });
const random = (shape: readonly number[], seed = 1): Tensor => new TorchGenerator(seed).randn(shape);

/** Largest difference of two tensors. */
const distance = (a: Tensor, b: Tensor): number =>
  a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0);

describe('a steered UNet', () => {
  it.each([
    [8, 8],
    [8, 16],
    [7, 9],
    [1, 3],
  ])('takes features for a latent of %i x %i', async (height, width) => {
    const call = { latent: random([1, 4, height, width]), timesteps: [500] };
    const steered = await denoiser.evaluate({ ...call, steering: await steering(height, width) });
    expect(distance(steered.prediction, (await denoiser.evaluate(call)).prediction)).toBeGreaterThan(1e-3);
  });

  it('answers as it does alone when every strength is 0, and otherwise by the strength of each level', async () => {
    const call = { latent: random([1, 4, 16, 16]), timesteps: [500] };
    const full = await steering(16, 16);
    const plain = (await denoiser.evaluate(call)).prediction;
    const at = async (strengths: number[]) =>
      (await denoiser.evaluate({ ...call, steering: { ...full, strengths } })).prediction;
    expect(distance(await at([0, 0, 0, 0]), plain)).toBeLessThan(1e-5);
    for (let level = 0; level < 4; level++) {
      const one = [0, 0, 0, 0].with(level, 1);
      expect(distance(await at(one), plain), `level ${level}`).toBeGreaterThan(1e-4);
    }
  });

  it('adds features as they are where there is no fusion, which is what an empty mask gives', async () => {
    const call = { latent: random([1, 4, 8, 8]), timesteps: [500] };
    const { fusion, ...added } = await steering(8, 8);
    const empty = { blocks: fusion!.blocks, mask: tensor([1, 1, 64, 64]) };
    const sum = await denoiser.evaluate({ ...call, steering: added });
    const fused = await denoiser.evaluate({ ...call, steering: { ...added, fusion: empty } });
    expect(distance(sum.prediction, fused.prediction)).toBeLessThan(1e-5);
  });

  it('lets guidance double the batch, with one row of features or one for every picture', async () => {
    const rows = 2;
    const contexts = { conditional: random([1, 3, 8], 5), unconditional: random([1, 3, 8], 6) };
    const guided = patchDenoiser(denoiser, 'guidance', guidancePatch({ ...contexts, scale: 2 }));
    const call = {
      latent: random([rows, 4, 8, 8]),
      timesteps: [500, 500],
      steering: await steering(8, 8, rows),
    };
    const together = (await guided.evaluate(call)).prediction;
    const ask = async (context: Tensor) => (await denoiser.evaluate({ ...call, context })).prediction;
    const [bare, led] = [await ask(contexts.unconditional), await ask(contexts.conditional)];
    const expected = bare.data.map((value, i) => value + 2 * (led.data[i]! - value));
    expect(distance(together, tensor(together.shape, expected))).toBeLessThan(1e-4);
    const second = { ...call.steering, features: call.steering.features.map(lastRow) };
    const mask = lastRow(call.steering.fusion!.mask);
    const alone = await denoiser.evaluate({
      latent: lastRow(call.latent),
      timesteps: [500],
      context: contexts.unconditional,
      steering: { ...second, fusion: { blocks: adapter.fusion, mask } },
    });
    expect(distance(alone.prediction, lastRow(bare))).toBeLessThan(1e-4);
  });

  it('lets attention be injected and captured at the same time', async () => {
    const call = { latent: random([1, 4, 8, 8]), timesteps: [500], steering: await steering(8, 8) };
    const kinds = ['q', 'k', 'v'] as const;
    const capture = new Map([['output.2', kinds]]);
    const foreign = await denoiser.evaluate({ ...call, latent: random([1, 4, 8, 8], 9), capture });
    const { k, v } = foreign.captured!.get('output.2')!;
    const attention = new Map([['output.2', { k: k!, v: v!, gamma: 0, tau: 1.5 }]]);
    const [alone, swapped] = [await denoiser.evaluate(call), await denoiser.evaluate({ ...call, attention })];
    expect(distance(alone.prediction, swapped.prediction)).toBeGreaterThan(1e-4);
    const unsteered = await denoiser.evaluate({ latent: call.latent, timesteps: [500], attention });
    expect(distance(unsteered.prediction, swapped.prediction)).toBeGreaterThan(1e-4);
  });

  it.each([
    [
      'features of another size',
      async () => steering(8, 16),
      /At level 0 .* \[1, 32, 8, 8\] .* found \[1, 32, 8, 16\]/,
    ],
    [
      'too few levels',
      async () => {
        const { features, ...rest } = await steering(8, 8);
        return { ...rest, features: features.slice(1) };
      },
      /at 4 levels, found 3/,
    ],
    [
      'fusion blocks of other channels',
      async () => {
        const given = await steering(8, 8);
        const blocks = { ...given.fusion!.blocks, channels: [32, 64] };
        return { ...given, fusion: { ...given.fusion!, blocks } };
      },
      /fusion blocks have 32, 64 channels, the UNet's levels 32, 32/,
    ],
  ])('refuses %s', async (_, make, sentence) => {
    const call = { latent: random([1, 4, 8, 8]), timesteps: [500], steering: await make() };
    await expect(denoiser.evaluate(call)).rejects.toThrow(sentence);
  });
});

function lastRow({ shape, data }: Tensor): Tensor {
  return tensor([1, ...shape.slice(1)], data.slice(-data.length / shape[0]!));
}
