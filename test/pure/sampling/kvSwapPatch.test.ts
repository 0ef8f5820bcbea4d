import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invertDdim } from '../../../models/sampling/invertDdim.ts';
import { kvSwapPatch } from '../../../models/sampling/kvSwapPatch.ts';
import type { KvSwapOptions } from '../../../models/sampling/kvSwapPatch.ts';
import { patchDenoiser } from '../../../models/sampling/patchDenoiser.ts';
import { sampleDdim } from '../../../models/sampling/sampleDdim.ts';
import type { Trajectory } from '../../../models/sampling/trajectory.ts';
import { fakeDenoiser, ramp } from './fakeDenoiser.ts';

const latent = ramp([1, 4, 2, 2]);
const layers = ['output.6', 'output.7'];
let folder = '';
let content: Trajectory;
let style: Trajectory;

async function invert(options: { steps?: number; kinds?: ('q' | 'k' | 'v')[] } = {}): Promise<Trajectory> {
  const { steps = 10, kinds = ['q', 'k', 'v'] } = options;
  return invertDdim({
    denoiser: fakeDenoiser(),
    latent,
    steps,
    capture: { layers, kinds, budget: 1e6, folder },
  });
}

async function run(options: Partial<KvSwapOptions>, steps = 10) {
  const denoiser = fakeDenoiser();
  const swap = kvSwapPatch({ layers, gamma: 0.75, tau: 1.5, ...options });
  const result = await sampleDdim({ denoiser: patchDenoiser(denoiser, 'swap', swap), latent, steps });
  return { ...result, calls: denoiser.calls };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kv-swap-'));
  [content, style] = [await invert(), await invert({ kinds: ['k', 'v'] })];
});
afterAll(() => rm(folder, { recursive: true }));

describe('kvSwapPatch', () => {
  it('injects what the inversions had at the same timestep', async () => {
    const { calls, notes } = await run({ content, style });
    expect(notes).toEqual([]);
    for (const { attention, timesteps } of calls) {
      expect([...attention!.keys()]).toEqual(layers);
      const { q, k, v, gamma, tau } = attention!.get('output.7')!;
      expect([q!.data[0], k!.data[0], v!.data[0]]).toEqual([0, 0.25, 0.5].map((x) => timesteps[0]! + x));
      expect([gamma, tau]).toEqual([0.75, 1.5]);
    }
  });

  it('leaves queries or keys and values alone when one inversion is absent', async () => {
    const onlyStyle = (await run({ style })).calls[0]!.attention!.get('output.6')!;
    expect([onlyStyle.q, onlyStyle.k?.shape, onlyStyle.v?.shape]).toEqual([undefined, [1, 2, 4], [1, 2, 4]]);
    const onlyContent = (await run({ content })).calls[0]!.attention!.get('output.6')!;
    expect([onlyContent.q?.shape, onlyContent.k, onlyContent.v]).toEqual([[1, 2, 4], undefined, undefined]);
  });

  it('acts in a range of steps, counted from 1, both ends included', async () => {
    const { calls } = await run({ content, style, fromStep: 3, toStep: 5 });
    const active = calls.map(({ attention }, i) => (attention?.size ? i + 1 : 0)).filter(Boolean);
    expect(active).toEqual([3, 4, 5]);
  });

  it('injects nothing at timesteps without features, as the authors, but says so', async () => {
    const { calls, notes } = await run({ content, style }, 7);
    expect(calls.filter(({ attention }) => attention?.size).map((call) => call.timesteps[0])).toEqual([1]);
    expect(notes).toEqual([expect.stringMatching(/injected nothing.*\(6 of 7 steps\)$/)]);
  });

  it('lets the patch that was applied last win, layer by layer', async () => {
    const denoiser = fakeDenoiser();
    const inner = kvSwapPatch({ style, layers, gamma: 0, tau: 1 });
    const outer = kvSwapPatch({ style, layers: ['output.7'], gamma: 0, tau: 2 });
    const patched = patchDenoiser(patchDenoiser(denoiser, 'inner', inner), 'outer', outer);
    await sampleDdim({ denoiser: patched, latent, steps: 10 });
    const { attention } = denoiser.calls[0]!;
    expect([attention!.get('output.6')!.tau, attention!.get('output.7')!.tau]).toEqual([1, 2]);
  });

  it('refuses inversions that lack what is asked of them', async () => {
    const swap = (options: Partial<KvSwapOptions>) => () =>
      kvSwapPatch({ layers, gamma: 1, tau: 1, ...options });
    const bare = await invertDdim({ denoiser: fakeDenoiser(), latent, steps: 2 });
    expect(swap({})).toThrow(/needs an inversion/);
    expect(swap({ style: bare })).toThrow(/style inversion kept no attention features/);
    expect(swap({ style, layers: ['output.6', 'middle'] })).toThrow(
      /no features of middle; it has those of output/,
    );
    expect(swap({ content: style })).toThrow(/content inversion kept no q; it has k, v/);
  });

  it('refuses to capture layers that do not exist', async () => {
    const capture = { layers: ['output.9'], budget: 1e6, folder };
    await expect(invertDdim({ denoiser: fakeDenoiser(), latent, steps: 2, capture })).rejects.toThrow(
      /"output\.9".*input\.1, middle, output\.6, output\.7/s,
    );
  });
});
