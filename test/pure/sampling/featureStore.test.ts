import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FeatureStore } from '../../../models/sampling/featureStore.ts';
import type { FeatureStoreOptions } from '../../../models/sampling/featureStore.ts';
import { fromFloat16, toFloat16 } from '../../../models/tensor/float16.ts';
import { ramp } from './fakeDenoiser.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'features-'));
});
afterAll(() => rm(folder, { recursive: true }));

const timesteps = [1, 101, 201];
/** 2 layers x 3 kinds x 3 timesteps of 24 values. */
async function filled(options: Partial<FeatureStoreOptions>): Promise<FeatureStore> {
  const store = new FeatureStore({
    layers: ['output.6', 'output.7'],
    kinds: ['q', 'k', 'v'],
    timesteps,
    precision: 'float32',
    budget: 1e9,
    folder,
    ...options,
  });
  for (const timestep of timesteps) {
    for (const layer of store.layers) {
      const of = (n: number) => ramp([1, 6, 4], timestep + n);
      await store.put(timestep, layer, { q: of(0.1), k: of(0.2), v: of(0.3) });
    }
  }
  return store;
}

const all = 18 * 24;

describe('FeatureStore', () => {
  it.each([
    ['float32', 1e9, all * 4, 0],
    ['float32', 96 * 4, 96 * 4, (all - 96) * 4],
    ['float16', 0, 0, all * 2],
    ['float16', 1e9, all * 2, 0],
  ] as const)(
    'keeps %s within a budget of %d bytes and gives it back',
    async (precision, budget, memory, disk) => {
      const store = await filled({ precision, budget });
      expect(store.usage).toEqual({ precision, bytesInMemory: memory, bytesOnDisk: disk });
      const read = await store.read(201, 'output.7');
      const expected = ramp([1, 6, 4], 201.3).data;
      expect(read!.v!.shape).toEqual([1, 6, 4]);
      expect(read!.v!.data).toEqual(precision === 'float16' ? fromFloat16(toFloat16(expected)) : expected);
      expect(Object.keys((await store.read(1, 'output.6', ['k', 'v']))!)).toEqual(['k', 'v']);
      expect(await store.read(2, 'output.6')).toBeUndefined();
      await store.close();
    },
  );

  it('leaves no file behind and refuses to be read once closed', async () => {
    const store = await filled({ budget: 0 });
    await store.close();
    expect(await readdir(folder)).toEqual([]);
    await expect(store.read(1, 'output.6')).rejects.toThrow(/closed already/);
    await store.close();
  });

  it('says that the disk is full', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const openSpill = async () => ({
      write: () => Promise.reject(full),
      read: () => Promise.reject(full),
      close: async () => {},
    });
    const filling = filled({ budget: 500, openSpill: openSpill as never });
    await expect(filling).rejects.toMatchObject({
      code: 'no-space',
      message: expect.stringMatching(
        /Attention features .* do not fit on the disk: no space left for .*\.spill/,
      ),
    });
  });
});
