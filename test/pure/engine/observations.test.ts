import { describe, expect, it } from 'vitest';
import type { AttentionInjection, AttentionSetting } from '../../../models/sampling/denoiser.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import { Observations } from '../../../server/engine/inspection/observations.ts';

const injection: AttentionInjection = { gamma: 0, tau: 1, k: tensor([1, 4, 2]), v: tensor([1, 4, 2]) };

function setting(id: string, more: Partial<AttentionSetting> = {}): AttentionSetting {
  return { layer: { id, channels: 2, heads: 1, downscale: 1 }, rows: 1, width: 2, height: 2, ...more };
}
/** Bytes of the queries and keys of one such layer. */
const ONE = 2 * 4 * 4 * 2;

describe('Observations', () => {
  it('take swapped layers first, and of what a patch asks twice the same ones both times', () => {
    const observed = new Observations(undefined, 2 * ONE);
    const swapped = [setting('a'), setting('b', { injection }), setting('c')];
    const plain = swapped.map(({ layer }) => setting(layer.id));
    expect(observed.choose(swapped)).toEqual(['b', 'a']);
    expect(observed.choose(plain)).toEqual(['b', 'a']);
    expect(observed.layers().map(({ layer, swapped }) => [layer.id, swapped])).toEqual([
      ['a', false],
      ['b', true],
      ['c', false],
    ]);
    expect(observed.preferred()).toBe('b');
    expect(observed.knows('c')).toBe(true);
  });

  it('take the layer that is wanted, whatever it needs', () => {
    const observed = new Observations('c', 1);
    expect(observed.choose([setting('a'), setting('b', { injection }), setting('c')])).toEqual(['c']);
    expect(observed.preferred()).toBe('c');
  });

  it('hold on to no values', () => {
    const observed = new Observations('a');
    const [q, k] = [tensor([1, 4, 2]), tensor([1, 4, 2])];
    observed.saw({ ...setting('a', { injection }), q, k });
    expect(observed.of('a')[0]?.injection).toEqual({ gamma: 0, tau: 1, k: injection.k });
  });
});
