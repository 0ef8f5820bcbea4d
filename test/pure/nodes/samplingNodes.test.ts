import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Denoiser } from '../../../models/sampling/denoiser.ts';
import type { Trajectory } from '../../../models/sampling/trajectory.ts';
import type { Latent } from '../../../nodes/contract/portValues.ts';
import { invert } from '../../../nodes/diffusion/invert.ts';
import { sample } from '../../../nodes/diffusion/sample.ts';
import { nodeRegistry } from '../../../nodes/index.ts';
import { kvSwap } from '../../../nodes/style/kvSwap.ts';
import { migrateNodes } from '../../../workflows/schema/migrate.ts';
import { toyDocument } from '../engine/toyNodes.ts';
import { fakeDenoiser, ramp } from '../sampling/fakeDenoiser.ts';
import { callNode } from './callNode.ts';

const latent: Latent = { samples: ramp([1, 4, 2, 1]), downscale: 8 };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-nodes-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const inverted = async (params: object) =>
  (await callNode(invert, { denoiser: fakeDenoiser(), latent }, { steps: 10, ...params })).outputs[
    'trajectory'
  ] as Trajectory;

describe('Sample', () => {
  const timesteps = async (params: object) => {
    const denoiser = fakeDenoiser();
    const { steps } = await callNode(sample, { denoiser, latent }, { ...params });
    expect(steps.map(({ timestep }) => timestep)).toEqual(denoiser.calls.map((call) => call.timesteps[0]));
    return steps.map(({ timestep }) => timestep);
  };

  it('leaves out the first of 50 steps by default, as StyleID', async () => {
    const found = await timesteps({});
    expect([found.length, found[0], found.at(-1)]).toEqual([49, 961, 1]);
  });

  it('runs all steps, a share of them, or a number', async () => {
    expect((await timesteps({ start: 'all' }))[0]).toBe(981);
    expect((await timesteps({ start: 'strength', strength: 0.6 }))[0]).toBe(581);
    expect(await timesteps({ start: 'strength', strength: 0 })).toEqual([1]);
    expect((await timesteps({ start: 'step', startStep: 3 })).length).toBe(3);
    expect((await timesteps({ steps: 7, start: 'all' })).length).toBe(7);
    expect(await timesteps({ steps: 1 })).toEqual([1]);
  });

  it('says before the first step that attention over so many places takes long', async () => {
    const sized = (side: number): Latent => ({ samples: ramp([1, 4, side, side]), downscale: 8 });
    const warned = async (side: number) => {
      const params = { start: 'step', startStep: 1 };
      return (await callNode(sample, { denoiser: fakeDenoiser(), latent: sized(side) }, params)).notes;
    };
    expect(await warned(96)).toEqual({});
    expect((await warned(128))['warning']).toMatch(
      /^A step can take minutes: at 1024 x 1024 .* 16384 places .* 16 times .* Half the width and height/,
    );
    const { notes } = await callNode(invert, { denoiser: fakeDenoiser(), latent: sized(128) }, { steps: 1 });
    expect(notes['warning']).toMatch(/16384 places/);
  });

  it('lifts what version 1 saved, noise levels and all', () => {
    const saved = toyDocument({ s: ['diffusion/sample', { variant: 'diffusers', steps: 20 }] }, []);
    const { nodes } = migrateNodes(saved, nodeRegistry);
    expect(nodes[0]).toMatchObject({ version: 2, params: { steps: 20 } });
    expect(nodes[0]!.params).not.toHaveProperty('variant');
  });

  it('repeats itself with eta too, by its seed', async () => {
    const run = async (seed: string) => {
      const { outputs } = await callNode(
        sample,
        { denoiser: fakeDenoiser(), latent },
        { steps: 5, eta: 1, seed },
      );
      return (outputs['latent'] as Latent).samples.data;
    };
    expect(await run('1')).toEqual(await run('1'));
    expect(await run('1')).not.toEqual(await run('2'));
  });
});

describe('DDIM Invert', () => {
  it('keeps the features that it was asked for, and can be read back from disk', async () => {
    const inputs = { denoiser: fakeDenoiser(), latent };
    const { outputs, notes } = await callNode(invert, inputs, {
      steps: 10,
      capture: 'queries',
      layers: '6-7',
    });
    const trajectory = outputs['trajectory'] as Trajectory;
    expect(trajectory.features).toMatchObject({ kinds: ['q'], layers: ['output.6', 'output.7'] });
    expect(notes['features kept as']).toBe('float32');
    await invert.diskCache!.write(outputs as never, folder);
    const back = await invert.diskCache!.read(folder, {} as never);
    expect(back.latent).toEqual(outputs['latent']);
    expect(await back.trajectory.features!.read(901, 'output.6')).toEqual(
      await trajectory.features!.read(901, 'output.6'),
    );
    await back.trajectory.features!.close();
  });

  it('hands on the latent that a sampler of as many steps starts from', async () => {
    const { outputs } = await callNode(invert, { denoiser: fakeDenoiser(), latent }, { steps: 7 });
    const { latents } = outputs['trajectory'] as Trajectory;
    expect(latents.length).toBe(9);
    expect((outputs['latent'] as Latent).samples).toBe(latents[7]);
  });

  it('keeps nothing when told so', async () => {
    expect((await inverted({ capture: 'none' })).features).toBeUndefined();
  });
});

describe('KV Swap', () => {
  it('patches a denoiser within its range of steps', async () => {
    const style = await inverted({ capture: 'keys-values' });
    const content = await inverted({ capture: 'queries' });
    const plain = fakeDenoiser();
    const params = { fromStep: 2, toStep: 3, gamma: 0.5, tau: 2 };
    const { outputs } = await callNode(kvSwap, { denoiser: plain, style, content }, params);
    const patched = outputs['denoiser'] as Denoiser;
    expect(patched.key).not.toBe(plain.key);
    await callNode(sample, { denoiser: patched, latent }, { steps: 10 });
    const swapped = plain.calls.map((call) => call.attention?.size ?? 0);
    expect(swapped).toEqual([0, 2, 2, 0, 0, 0, 0, 0, 0]);
    expect(plain.calls[1]!.attention!.get('output.6')).toMatchObject({ gamma: 0.5, tau: 2 });
  });

  it('tells which inversion does not fit, and why', async () => {
    const style = await inverted({});
    const call = (inputs: object, params = {}) =>
      callNode(kvSwap, { denoiser: fakeDenoiser(), style, ...inputs }, params);
    await expect(call({ style: await inverted({ capture: 'none' }) })).rejects.toMatchObject({
      port: 'style',
    });
    await expect(call({ content: await inverted({ layers: '7' }) })).rejects.toThrow(/output\.6/);
    const other = fakeDenoiser({ latentChannels: 8 });
    await expect(call({ denoiser: other })).rejects.toThrow(/4 channels, this denoiser works with 8/);
    const wide = fakeDenoiser();
    const layers = wide.attentionLayers.map((layer) => ({ ...layer, channels: 16 }));
    await expect(call({ denoiser: { ...wide, attentionLayers: layers } })).rejects.toThrow(
      /4 channels there and 16 here/,
    );
    await expect(call({}, { fromStep: 5, toStep: 4 })).rejects.toMatchObject({
      code: 'bad-parameter',
      port: 'toStep',
    });
  });
});
