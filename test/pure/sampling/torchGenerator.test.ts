import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MersenneTwister } from '../../../models/sampling/mersenneTwister.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';

describe('MersenneTwister', () => {
  it('gives the reference outputs for seed 5489', () => {
    const bits = new MersenneTwister(5489);
    expect([bits.uint32(), bits.uint32(), bits.uint32()]).toEqual([3499211612, 581869302, 3890346734]);
    for (let i = 3; i < 9999; i++) bits.uint32();
    expect(bits.uint32()).toBe(4123659995);
  });
});

describe('TorchGenerator', () => {
  it('draws what torch.manual_seed(0); torch.randn(3) prints', () => {
    const drawn = [...new TorchGenerator(0).randn([3]).data].map((x) => Number(x.toFixed(4)));
    expect(drawn).toEqual([1.541, -0.2934, -2.1788]);
  });

  it('takes the low 32 bits of a 64-bit seed', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, (1n << 64n) - 1n), (seed) => {
        const low = new TorchGenerator(seed & 0xffffffffn).randn([17]).data;
        expect(new TorchGenerator(seed).randn([17]).data).toEqual(low);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps the second normal of a pair for the next small draw', () => {
    const together = new TorchGenerator(7).randn([4]).data;
    const apart = new TorchGenerator(7);
    expect([...apart.randn([3]).data, ...apart.randn([1]).data]).toEqual([...together]);
  });

  it('is standard normal in size and spread', () => {
    const { data } = new TorchGenerator(3).randn([100, 101]);
    const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
    const variance = data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });
});
