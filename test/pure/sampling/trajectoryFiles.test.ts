import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { invertDdim } from '../../../models/sampling/invertDdim.ts';
import { readTrajectory, writeTrajectory } from '../../../models/sampling/trajectoryFiles.ts';
import { fakeDenoiser, ramp } from './fakeDenoiser.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trajectory-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function inversion(precision: 'float32' | 'float16' = 'float32', budget = 1e6) {
  const capture = { layers: ['output.6', 'middle'], precision, budget, folder } as const;
  return invertDdim({ denoiser: fakeDenoiser(), latent: ramp([1, 4, 3, 5]), steps: 4, capture });
}
const saved = () => join(folder, 'saved');
const file = () => join(saved(), 'trajectory.bin');

describe('writeTrajectory and readTrajectory', () => {
  it.each(['float32', 'float16'] as const)(
    'keep everything, in %s, in memory or spilled',
    async (precision) => {
      for (const budget of [0, 1e6]) {
        const trajectory = await inversion(precision, budget);
        await writeTrajectory(trajectory, saved());
        const back = await readTrajectory(saved());
        const { features, ...rest } = trajectory;
        expect({ ...back, features: undefined }).toEqual({ ...rest, features: undefined });
        expect(back.features).toMatchObject({
          layers: features!.layers,
          kinds: features!.kinds,
          timesteps: features!.timesteps,
          usage: { precision, bytesInMemory: 0 },
        });
        for (const timestep of features!.timesteps) {
          for (const layer of features!.layers) {
            expect(await back.features!.read(timestep, layer)).toEqual(await features!.read(timestep, layer));
          }
        }
        expect(await back.features!.read(2, 'middle')).toBeUndefined();
        await Promise.all([features!.close(), back.features!.close()]);
      }
      expect(await readdir(saved())).toEqual(['trajectory.bin']);
    },
  );

  it('also keep a trajectory without features', async () => {
    const plain = await invertDdim({ denoiser: fakeDenoiser(), latent: ramp([1, 4, 2, 2]), steps: 3 });
    await writeTrajectory(plain, saved());
    expect(await readTrajectory(saved())).toEqual(plain);
  });

  it('refuse a file that is cut short anywhere, with a sentence', async () => {
    await writeTrajectory(await inversion(), saved());
    const whole = await readFile(file());
    for (const length of [0, 10, whole.length >> 1, whole.length - 1]) {
      await writeFile(file(), whole);
      await truncate(file(), length);
      await expect(readTrajectory(saved())).rejects.toMatchObject({
        code: 'damaged-file',
        message: expect.stringMatching(/^The saved inversion .* is damaged: .*\.$/),
      });
    }
  });

  it('notice a changed byte in the latents, the features and the header', async () => {
    const trajectory = await inversion();
    await writeTrajectory(trajectory, saved());
    const whole = await readFile(file());
    const changed = async (at: number) => {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 1;
      await writeFile(file(), bytes);
    };
    await changed(3);
    await expect(readTrajectory(saved())).rejects.toThrow(/bytes at 0 were changed/);
    await changed(whole.length - 80);
    await expect(readTrajectory(saved())).rejects.toThrow(/does not match its checksum/);
    await changed(trajectory.latents.reduce((sum, { data }) => sum + data.byteLength, 0) + 1);
    const opened = await readTrajectory(saved());
    await expect(opened.features!.read(1, 'middle')).rejects.toThrow(/were changed/);
    await opened.features!.close();
  });

  it('leave nothing when writing fails', async () => {
    const trajectory = await inversion();
    await trajectory.features!.close();
    await expect(writeTrajectory(trajectory, saved())).rejects.toThrow(/closed already/);
    expect(await readdir(saved())).toEqual([]);
  });
});
