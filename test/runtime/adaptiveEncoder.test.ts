import { describe, expect, it } from 'vitest';
import { adapterNetworks } from '../../models/catalog/adapterNetworks.ts';
import { openAdapter } from '../../models/catalog/openAdapter.ts';
import { Graph } from '../../models/graph/graph.ts';
import { averagePool } from '../../models/layers/averagePool.ts';
import { openSession } from '../../models/runtime/openSession.ts';
import { SessionPool } from '../../models/runtime/sessionPool.ts';
import { tensor } from '../../models/tensor/tensor.ts';
import { tinyAdapter } from '../helpers/tinyAdapter.ts';
import { ramp } from '../pure/sampling/fakeDenoiser.ts';

const pool = new SessionPool({ budgetBytes: 1e9 });
const adapter = await openAdapter(adapterNetworks(tinyAdapter())!, { pool, device: 'cpu' });

async function encode(height: number, width: number, { residual = true, selected = 1, rows = 1 } = {}) {
  const mask = tensor([rows, 1, height, width], new Float32Array(rows * height * width).fill(selected));
  return adapter.encode({ pixels: ramp([rows, 3, height, width], 0), mask, residual });
}
const shapes = (features: readonly { shape: readonly number[] }[]) => features.map(({ shape }) => shape);

describe('the adaptive encoder', () => {
  it.each([
    [64, 64, [8, 8], [4, 4], [2, 2], [1, 1]],
    [64, 128, [8, 16], [4, 8], [2, 4], [1, 2]],
    // The UNet's levels round up.
    [56, 72, [7, 9], [4, 5], [2, 3], [1, 2]],
    [8, 8, [1, 1], [1, 1], [1, 1], [1, 1]],
  ])('gives features of the sizes of a UNet’s levels for %i x %i', async (height, width, ...sizes) => {
    expect(shapes(await encode(height, width))).toEqual(sizes.map((size) => [1, 32, ...size]));
  });

  it('halves an odd side rounding up, the last row and column standing for those that are not there, or down', async () => {
    const graph = new Graph();
    const x3 = graph.input('x', [1, 1, 3, 3]);
    graph.output('up', averagePool(x3, 'up'));
    graph.output('down', averagePool(x3, 'down'));
    const session = await openSession(graph, { device: 'cpu' });
    const x = tensor([1, 1, 3, 3], Float32Array.of(0, 2, 10, 4, 6, 20, 100, 300, 1000));
    const halved = await session.run({ x }, ['up', 'down']);
    expect([...halved.get('up')!.data]).toEqual([3, 15, 200, 1000]);
    expect([...halved.get('down')!.data]).toEqual([3]);
    await session.release();
  });

  it('sees the mask, and is another network without its residual connections', async () => {
    const [whole, nothing] = [await encode(64, 64), await encode(64, 64, { selected: 0 })];
    const plain = await encode(64, 64, { residual: false });
    for (const level of [0, 1, 2, 3]) {
      expect(nothing[level]!.data).not.toEqual(whole[level]!.data);
      expect(plain[level]!.data).not.toEqual(whole[level]!.data);
    }
  });

  it('takes several pictures at once', async () => {
    expect(shapes(await encode(64, 64, { rows: 2 }))[3]).toEqual([2, 32, 1, 1]);
  });
});
