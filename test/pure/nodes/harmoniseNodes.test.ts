import { describe, expect, it } from 'vitest';
import type { Mask, Picture } from '../../../models/image/picture.ts';
import type { Adapter, AdapterFeatures } from '../../../models/sampling/adapter.ts';
import type { Denoiser, DenoiserCall } from '../../../models/sampling/denoiser.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import { memoryWeights } from '../../../models/weights/memoryWeights.ts';
import type { Latent } from '../../../nodes/contract/portValues.ts';
import { adaptiveEncoder } from '../../../nodes/harmonise/adaptiveEncoder.ts';
import { def } from '../../../nodes/harmonise/def.ts';
import { maskedBlend } from '../../../nodes/harmonise/maskedBlend.ts';
import { residualOf } from '../../../nodes/harmonise/residualOf.ts';
import { addNoise } from '../../../nodes/latent/addNoise.ts';
import { sample } from '../../../nodes/diffusion/sample.ts';
import { maskedKvSwap } from '../../../nodes/style/maskedKvSwap.ts';
import { fakeDenoiser, ramp } from '../sampling/fakeDenoiser.ts';
import { callNode } from './callNode.ts';

type Values = Readonly<Record<string, unknown>>;

const picture = (width: number, height: number): Picture => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => i % 256),
});
const masked = (width: number, height: number, value: (x: number, y: number) => number): Mask => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
});
const levels = [4, 8, 16, 16].map((channels, level) => ({ channels, downscale: 2 ** level }));
const blocks = { hash: 'blocks', channels: [16, 16], weights: memoryWeights('blocks', new Map()) };

function fakeAdapter(title = 'PHDiffusionWithRes.pth') {
  const given: Parameters<Adapter['encode']>[0][] = [];
  const adapter: Adapter = {
    key: `adapter ${title}`,
    title,
    channels: [4, 8, 16, 16],
    downscale: 8,
    fusion: blocks,
    encode: async (input) => {
      given.push(input);
      const [, , height = 0, width = 0] = input.pixels.shape;
      return levels.map(({ channels, downscale }) =>
        tensor([1, channels, ...[height, width].map((side) => Math.ceil(side / 8 / downscale))]),
      );
    },
  };
  return { adapter, given };
}

const encoded = async (inputs: Values = {}, params: Values = {}) => {
  const { adapter, given } = fakeAdapter();
  const image = picture(32, 16);
  const all = { adapter, image, mask: masked(32, 16, (x) => Number(x < 8)), ...inputs };
  const result = await callNode(adaptiveEncoder, all, params);
  return { ...result, features: result.outputs['features'] as AdapterFeatures, given };
};

describe('Adaptive Encoder', () => {
  it('hands on features and mask, which the picture, the mask and the connections identify', async () => {
    const { features, notes } = await encoded();
    expect(features.levels.map(({ shape }) => shape)).toEqual([
      [1, 4, 2, 4],
      [1, 8, 1, 2],
      [1, 16, 1, 1],
      [1, 16, 1, 1],
    ]);
    expect(notes).toEqual({ 'residual connections': 'with' });
    expect((await encoded()).features.key).toBe(features.key);
    const others = [
      await encoded({ mask: masked(32, 16, (x) => Number(x < 9)) }),
      await encoded({}, { residual: 'without' }),
      await encoded({ image: { ...picture(32, 16), data: new Uint8Array(32 * 16 * 3) } }),
    ];
    expect(new Set([features.key, ...others.map((other) => other.features.key)]).size).toBe(4);
  });

  it('brings a mask of another size to that of the picture, and warns of another shape', async () => {
    const soft = masked(16, 8, (x) => x / 16);
    const { features, given, notes } = await encoded({ mask: soft });
    expect([features.mask.width, features.mask.height]).toEqual([32, 16]);
    expect([...features.mask.data.subarray(0, 4)]).toEqual([0, 0, 1 / 16, 1 / 16]);
    expect(given[0]!.mask.data).toEqual(features.mask.data);
    expect(notes['warning']).toBeUndefined();
    const square = await encoded({ mask: masked(8, 8, () => 0.5) });
    expect(square.notes['warning']).toMatch(/mask \(8 x 8\) has another shape than the picture \(32 x 16\)/);
  });

  it.each([
    [0, /selects nothing: there is no object/],
    [1, /selects everything: there is no background/],
  ])('says what a mask of %i everywhere means', async (value, sentence) => {
    expect((await encoded({ mask: masked(32, 16, () => value) })).notes['warning']).toMatch(sentence);
  });

  it('refuses sizes that do not fall into cells, with one that does', async () => {
    await expect(encoded({ image: picture(30, 16) })).rejects.toThrow(/30 x 16 does not fit.*32 x 16/);
  });
});

describe('residual connections', () => {
  it.each([
    ['PHDiffusionWithRes.pth', true],
    ['PHDiffusionWithRes_obj.pth', true],
    ['PHDiffusionWithoutRes.pth', false],
    ['PHDiffusionWithoutRes_obj.pth', false],
    ['phdiffusion_without_res.safetensors', false],
    ['phdiffusion-without-residual', false],
    ['phdiffusion-with-residual', true],
    ['PHDiffusion.pth', false],
  ])('are told by the name %s', (title, residual) => {
    expect(residualOf('name', title)).toEqual({ residual });
    expect(residualOf(residual ? 'with' : 'without', title)).toEqual({ residual });
    const { warning } = residualOf(residual ? 'without' : 'with', title);
    expect(warning).toMatch(/By its name .* was trained .* its features will be wrong/);
  });

  it('are taken for granted, with a warning, where no name says it', () => {
    const unnamed = residualOf('name', 'model_ad_00010000.pth');
    expect(unnamed.residual).toBe(true);
    expect(unnamed.warning).toMatch(/Neither the tensors nor the name of model_ad_00010000\.pth/);
    expect(residualOf('without', 'model_ad_00010000.pth')).toEqual({ residual: false });
  });
});

describe('DEF', () => {
  const steer = async (params: Values = {}, inputs: Values = {}) => {
    const denoiser = fakeDenoiser({ encoderLevels: levels });
    const { features } = await encoded();
    const { outputs, notes } = await callNode(def, { denoiser, features, ...inputs }, params);
    const patched = outputs['denoiser'] as Denoiser;
    const evaluate = async (call: Partial<DenoiserCall> = {}) => {
      await patched.evaluate({ latent: ramp([1, 4, 2, 4]), timesteps: [1], ...call });
      return denoiser.calls.at(-1)!.steering!;
    };
    return { patched, evaluate, notes };
  };

  it('steers with a strength for each level and the mask at the size of the latent', async () => {
    const { evaluate } = await steer({ strength1: 0.5, strength4: 0 });
    const { strengths, fusion, features } = await evaluate();
    expect(strengths).toEqual([0.5, 1, 1, 0]);
    expect(features).toHaveLength(4);
    expect(fusion!.mask.shape).toEqual([1, 1, 2, 4]);
    expect([...fusion!.mask.data]).toEqual([1, 0, 0, 0, 1, 0, 0, 0]);
    expect(fusion!.blocks.hash).toBe('blocks');
  });

  it('takes another mask, or adds the features without a look at one', async () => {
    const mask = masked(32, 16, (x) => Number(x >= 24));
    const other = await (await steer({}, { mask })).evaluate();
    expect([...other.fusion!.mask.data]).toEqual([0, 0, 0, 1, 0, 0, 0, 1]);
    expect((await (await steer({ deep: 'added' })).evaluate()).fusion).toBeUndefined();
  });

  it('has a key for all that shapes its results', async () => {
    const keys = await Promise.all([
      steer(),
      steer({ strength2: 0.9 }),
      steer({ deep: 'added' }),
      steer({}, { mask: masked(32, 16, () => 1) }),
      steer({}, { features: (await encoded({}, { residual: 'without' })).features }),
    ]);
    expect(new Set(keys.map(({ patched }) => patched.key)).size).toBe(keys.length);
    expect((await steer()).patched.key).toBe(keys[0]!.patched.key);
  });

  it('lets the one that was applied last win', async () => {
    const { features } = await encoded();
    const inner = fakeDenoiser({ encoderLevels: levels });
    const first = await callNode(def, { denoiser: inner, features }, { strength1: 0.5 });
    const second = await callNode(def, { denoiser: first.outputs['denoiser'], features }, { strength1: 2 });
    await (second.outputs['denoiser'] as Denoiser).evaluate({ latent: ramp([1, 4, 2, 4]), timesteps: [1] });
    expect(inner.calls[0]!.steering!.strengths[0]).toBe(2);
  });

  it('refuses a latent of another size than the picture of its features, and says both', async () => {
    const { patched } = await steer();
    await expect(patched.evaluate({ latent: ramp([1, 4, 4, 4]), timesteps: [1] })).rejects.toThrow(
      /features .* of a picture of 4 x 2 latent cells, the sampler's latent has 4 x 4/,
    );
  });

  it('and KV swap reach the network alike in whichever order they are wired', async () => {
    const mask = masked(32, 16, (x) => Number(x < 8));
    const { features } = await encoded();
    const steerThrough = async (denoiser: unknown) =>
      (await callNode(def, { denoiser, features })).outputs['denoiser'];
    const swapThrough = async (denoiser: unknown) =>
      (await callNode(maskedKvSwap, { denoiser, mask }, { layers: 'middle' })).outputs['denoiser'];
    const callsOf = async (order: 'swap first' | 'steering first') => {
      const denoiser = fakeDenoiser({ encoderLevels: levels });
      const patched =
        order === 'swap first'
          ? await steerThrough(await swapThrough(denoiser))
          : await swapThrough(await steerThrough(denoiser));
      await (patched as Denoiser).evaluate({ latent: ramp([1, 4, 2, 4]), timesteps: [1] });
      return denoiser.calls;
    };
    const calls = await callsOf('swap first');
    expect(calls.map(({ steering, attention }) => [steering !== undefined, attention?.size])).toEqual([
      [true, 1],
      [true, undefined],
    ]);
    expect(await callsOf('steering first')).toEqual(calls);
  });

  it('refuses a denoiser with other levels, and says which one the adapter needs', async () => {
    const denoiser = fakeDenoiser({ encoderLevels: levels.slice(1), architecture: 'a small UNet' });
    const { features } = await encoded();
    await expect(callNode(def, { denoiser, features })).rejects.toThrow(
      /adapter has 4, 8, 16, 16 channels .* \(16, 16 in its fusion blocks\), this denoiser \(a small UNet\) 8, 16, 16: .* Stable Diffusion 1\.4/,
    );
  });

  it('warns of Stable Diffusion 2, whose levels look the same', async () => {
    const denoiser = fakeDenoiser({ encoderLevels: levels, architecture: 'Stable Diffusion 2.x' });
    const { features } = await encoded();
    expect((await callNode(def, { denoiser, features })).notes['warning']).toMatch(/trained with .* 1\.4/);
  });
});

describe('Masked Blend', () => {
  const background: Latent = { samples: ramp([1, 4, 2, 4]), downscale: 8 };
  const blend = (mask: Mask, params: Values = {}, denoiser = fakeDenoiser()) =>
    callNode(maskedBlend, { denoiser, background, mask }, params);

  it('has a key for mask, background and seed', async () => {
    const mask = masked(32, 16, (x) => Number(x < 8));
    const key = async (run: ReturnType<typeof blend>) => ((await run).outputs['denoiser'] as Denoiser).key;
    const keys = [
      await key(blend(mask)),
      await key(blend(mask, { seed: '5' })),
      await key(blend(masked(32, 16, (x) => Number(x < 16)))),
    ];
    expect(new Set(keys).size).toBe(3);
    expect(await key(blend(masked(64, 32, (x) => Number(x < 16))))).toBe(keys[0]);
  });

  it.each([
    [
      'nothing',
      masked(32, 16, () => 0),
      /selects nothing: the picture stays as it is, and the network is not asked/,
    ],
    [
      'one pixel between the cells',
      masked(32, 16, (x, y) => Number(x === 3 && y === 3)),
      /falls between the cells/,
    ],
    ['everything', masked(32, 16, () => 1), /selects everything: nothing of the background is kept/],
  ])('says what a mask of %s means', async (_, mask, sentence) => {
    expect((await blend(mask)).notes['warning']).toMatch(sentence);
  });

  it.each([
    ['nothing', masked(32, 16, () => 0), 0],
    ['one cell', masked(32, 16, (x, y) => Number(x === 8 && y === 8)), 5],
  ])('with a mask of %s asks the network accordingly', async (_, mask, asked) => {
    const denoiser = fakeDenoiser();
    const { outputs } = await blend(mask, {}, denoiser);
    const latent: Latent = { samples: ramp([1, 4, 2, 4], 0.5), downscale: 8 };
    const run = await callNode(sample, { denoiser: outputs['denoiser'], latent }, { steps: 5, start: 'all' });
    expect(denoiser.calls).toHaveLength(asked);
    const { samples } = run.outputs['predicted'] as Latent;
    const stays = samples.data.every((value, i) => Math.abs(value - background.samples.data[i]!) < 1e-4);
    expect(stays).toBe(asked === 0);
  });

  it('keeps one pixel that counts', async () => {
    const { notes } = await blend(masked(32, 16, (x, y) => Number(x === 8 && y === 8)));
    expect(notes['warning']).toBeUndefined();
  });
});

describe('PNDM by strength', () => {
  it.each([
    [50, 0.7, 701, 36],
    [50, 0.58, 561, 29],
    [10, 0, 1, 1],
    [10, 1, 901, 11],
  ])('with %i steps and %f begins in Add Noise where Sample does', async (steps, strength, first, count) => {
    const denoiser = fakeDenoiser();
    const latent: Latent = { samples: ramp([1, 4, 2, 2]), downscale: 8 };
    const noise: Latent = { samples: ramp([1, 4, 2, 2], 0.2), downscale: 8 };
    const settings = { steps, strength };
    const noised = await callNode(addNoise, { latent, noise, denoiser }, { ...settings, amount: 'pndm' });
    expect(noised.notes['timestep']).toBe(first);
    const run = await callNode(
      sample,
      { denoiser, latent: noised.outputs['latent'] },
      { ...settings, sampler: 'pndm', start: 'strength' },
    );
    expect(run.steps).toHaveLength(count);
    expect(run.steps[0]!.timestep).toBe(first);
  });
});
