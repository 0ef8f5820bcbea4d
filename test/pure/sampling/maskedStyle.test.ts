import { describe, expect, it } from 'vitest';
import type { Mask } from '../../../models/image/picture.ts';
import type { Denoiser, DenoiserCall } from '../../../models/sampling/denoiser.ts';
import { maskedAdain, maskedAdainPatch } from '../../../models/sampling/maskedAdain.ts';
import {
  emptyForeground,
  maskedKvSwapPatch,
  ownSurroundings,
} from '../../../models/sampling/maskedKvSwapPatch.ts';
import type { Tensor } from '../../../models/tensor/tensor.ts';
import type { Trajectory } from '../../../models/sampling/trajectory.ts';

const [height, width] = [4, 6];
const area = height * width;
const latent: Tensor = {
  shape: [1, 2, height, width],
  data: Float32Array.from({ length: 2 * area }, (_, i) => Math.sin(i * 1.7) * (i % 5) + (i < area ? 0 : 3)),
};

function maskOf(value: (x: number, y: number) => number, [w, h] = [width, height]): Mask {
  return {
    width: w,
    height: h,
    data: Float32Array.from({ length: w * h }, (_, i) => value(i % w, Math.floor(i / w))),
  };
}
const left = maskOf((x) => Number(x < 3));

function statistics(values: number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    mean,
    deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length),
  };
}
const plane = ({ data }: Tensor, channel: number, keep: (x: number) => boolean): number[] =>
  [...data.subarray(channel * area, (channel + 1) * area)].filter((_, i) => keep(i % width));

describe('masked AdaIN', () => {
  it('gives the foreground the statistics of its surroundings, and leaves those alone', () => {
    const matched = maskedAdain(latent, { mask: left, strength: 1 });
    for (const channel of [0, 1]) {
      const around = plane(latent, channel, (x) => x >= 3);
      expect(plane(matched, channel, (x) => x >= 3)).toEqual(around);
      const [found, wanted] = [statistics(plane(matched, channel, (x) => x < 3)), statistics(around)];
      expect(found.mean).toBeCloseTo(wanted.mean, 5);
      expect(found.deviation).toBeCloseTo(wanted.deviation, 5);
    }
  });

  it('goes half of the way at half strength, and under a half mask', () => {
    const whole = maskedAdain(latent, { mask: left, strength: 1 });
    const half = maskedAdain(latent, { mask: left, strength: 0.5 });
    expect(half.data[0]).toBeCloseTo((latent.data[0]! + whole.data[0]!) / 2, 5);
  });

  it('takes a mask of another size, and a reference', () => {
    const large = maskOf((x) => Number(x < 24), [48, 32]);
    expect(maskedAdain(latent, { mask: large, strength: 1 })).toEqual(
      maskedAdain(latent, { mask: left, strength: 1 }),
    );
    const reference = { shape: [1, 2, 1, 2], data: Float32Array.of(1, 3, 10, 30) };
    const matched = maskedAdain(latent, { mask: maskOf(() => 1), strength: 1, reference });
    expect(statistics(plane(matched, 1, () => true)).mean).toBeCloseTo(20, 4);
  });

  it('does nothing for an empty mask, and refuses a full one without a reference', () => {
    expect(maskedAdain(latent, { mask: maskOf(() => 0), strength: 1 })).toBe(latent);
    expect(() => maskedAdain(latent, { mask: maskOf(() => 1), strength: 1 })).toThrow(/selects everything/);
  });

  it('keeps single cells finite: one has no spread of its own', () => {
    const one = maskedAdain(latent, { mask: maskOf((x, y) => Number(x === 1 && y === 1)), strength: 1 });
    expect([...one.data].every(Number.isFinite)).toBe(true);
    const around = [...latent.data.subarray(0, area)].filter((_, i) => i !== width + 1);
    expect(one.data[width + 1]).toBeCloseTo(statistics(around).mean, 5);
  });

  it('at every step hands on the latent that the network saw', async () => {
    const patch = maskedAdainPatch({ mask: left, strength: 1, fromStep: 2, toStep: 3 });
    const seen: Tensor[] = [];
    const next = async (call: DenoiserCall) => {
      seen.push(call.latent);
      return { prediction: call.latent };
    };
    const at = (step: number) => patch({ latent, timesteps: [500], position: { step, of: 4 } }, next);
    expect((await at(0)).latent).toBeUndefined();
    const second = await at(1);
    expect(second.latent).toEqual(maskedAdain(latent, { mask: left, strength: 1 }));
    expect(seen).toEqual([latent, second.latent]);
  });
});

describe('masked KV swap', () => {
  const layers: Denoiser['attentionLayers'] = [
    { id: 'output.1', channels: 4, heads: 1, downscale: 1 },
    { id: 'output.2', channels: 4, heads: 1, downscale: 2 },
  ];
  const settings = { mask: left, layers, tau: 1.5, strength: 1, fromStep: 1, toStep: 99 };
  const call: DenoiserCall = { latent, timesteps: [500], position: { step: 0, of: 4 } };
  /** Predicts 1 where attention is confined, 0 elsewhere. */
  function network() {
    const calls: DenoiserCall[] = [];
    const next = async (asked: DenoiserCall) => {
      calls.push(asked);
      return {
        prediction: {
          shape: latent.shape,
          data: latent.data.map(() => Number(asked.attention !== undefined)),
        },
      };
    };
    return { calls, next };
  }

  it('shows the foreground the tokens outside the mask only, and changes nothing there', async () => {
    const { calls, next } = network();
    const { prediction } = await maskedKvSwapPatch(settings)(call, next);
    expect([...prediction.data.subarray(0, width)]).toEqual([1, 1, 1, 0, 0, 0]);
    const asked = calls.find(({ attention }) => attention)!.attention!;
    expect([...asked.get('output.1')!.visible!].every((token) => token % width >= 3)).toBe(true);
    expect(asked.get('output.1')!.visible).toHaveLength(area / 2);
    // At half the size the mask covers half of the middle column, which stays the background's neither way.
    expect([...asked.get('output.2')!.visible!]).toEqual([2, 5]);
    expect(asked.get('output.1')!.tau).toBe(1.5);
  });

  it('blends by a soft mask and by its strength', async () => {
    const soft = maskOf((x) => (x < 3 ? 0.6 : 0));
    const { prediction } = await maskedKvSwapPatch({ ...settings, mask: soft, strength: 0.5 })(
      call,
      network().next,
    );
    expect(prediction.data[0]).toBeCloseTo(0.3, 6);
    expect(prediction.data[5]).toBe(0);
  });

  it('asks once when nothing is selected, and says so', async () => {
    const { calls, next } = network();
    const result = await maskedKvSwapPatch({ ...settings, mask: maskOf(() => 0) })(call, next);
    expect(calls).toEqual([call]);
    expect(result.notes).toEqual([emptyForeground]);
  });

  it('refuses a mask over everything, unless an inverted background is there', async () => {
    const mask = maskOf(() => 1);
    expect(() => maskedKvSwapPatch({ ...settings, mask })).toThrow(/no background/);
    const { calls, next } = network();
    const { prediction } = await maskedKvSwapPatch({ ...settings, mask, background: inverted(500) })(
      call,
      next,
    );
    expect(calls).toHaveLength(1);
    expect(calls[0]!.attention!.get('output.1')).toMatchObject({ k: keys, v: keys });
    expect(new Set(prediction.data)).toEqual(new Set([1]));
  });

  it('falls back on the surroundings where the inversion has nothing, and says so', async () => {
    const { calls, next } = network();
    const result = await maskedKvSwapPatch({ ...settings, background: inverted(1) })(call, next);
    expect(calls[0]!.attention!.get('output.1')!.visible).toBeDefined();
    expect(result.notes).toEqual([ownSurroundings]);
  });

  it('sees at least the tokens that the mask covers least, where it covers all by half', async () => {
    const most = maskOf((x, y) => (x === 0 && y === 0 ? 0.7 : 0.9));
    const { calls, next } = network();
    await maskedKvSwapPatch({ ...settings, mask: most })(call, next);
    expect([...calls[0]!.attention!.get('output.1')!.visible!]).toEqual([0]);
  });

  it('leaves keys alone that another patch gave, keeps its queries, and acts in its steps only', async () => {
    const { calls, next } = network();
    const attention = new Map([
      ['output.1', { k: keys, v: keys, gamma: 0, tau: 1 }],
      ['output.2', { q: keys, gamma: 0.5, tau: 1 }],
    ]);
    await maskedKvSwapPatch(settings)({ ...call, attention }, next);
    expect(calls[0]!.attention!.get('output.1')).toBe(attention.get('output.1'));
    expect(calls[0]!.attention!.get('output.2')).toMatchObject({
      q: keys,
      gamma: 0.5,
      visible: Int32Array.of(2, 5),
    });
    calls.length = 0;
    await maskedKvSwapPatch({ ...settings, fromStep: 2 })(call, next);
    expect(calls).toEqual([call]);
  });

  const keys: Tensor = { shape: [1, 7, 4], data: new Float32Array(28) };
  function inverted(timestep: number): Trajectory {
    return {
      key: 'background',
      steps: [],
      latents: [],
      features: {
        layers: layers.map(({ id }) => id),
        kinds: ['k', 'v'],
        timesteps: [timestep],
        read: async (at) => (at === timestep ? { k: keys, v: keys } : undefined),
        usage: { precision: 'float32', bytesInMemory: 0, bytesOnDisk: 0 },
        close: async () => undefined,
      },
    };
  }
});
