import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryWeights } from '../../models/weights/memoryWeights.ts';
import { writeSafetensors } from '../../models/weights/writeSafetensors.ts';
import { GoldenTensors } from '../../server/cli/parity/goldenTensors.ts';
import { drawnNoise } from '../../server/cli/parity/kinds/drawnNoise.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-noise-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function drawnIn(tensors: Readonly<Record<string, readonly number[]>>, prefix?: string) {
  const path = join(folder, 'noise.safetensors');
  const entries = Object.entries(tensors).map(([name, values]) => {
    const bytes = new Uint8Array(Float32Array.from(values).buffer);
    return [name, { dtype: 'float32' as const, shape: [values.length, 1], bytes }] as const;
  });
  await writeSafetensors(path, memoryWeights('noise', new Map(entries)));
  return (await drawnNoise(await GoldenTensors.open(path), prefix)).map(({ data }) => [...data]);
}

it('the noise of a golden run is found in a stack or step by step, in the order of the steps', async () => {
  expect(await drawnIn({ noise_steps: [3, 1, 2] })).toEqual([[3], [1], [2]]);
  expect(await drawnIn({ 'a.noise.10': [1], 'a.noise.9': [2], 'noise.0': [3] }, 'a.')).toEqual([[2], [1]]);
  expect(await drawnIn({ x_steps: [1] })).toEqual([]);
});
