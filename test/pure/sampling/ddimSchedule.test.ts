import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ddimInversionMoves,
  ddimSamplingMoves,
  ddimSigma,
  ddimTimesteps,
} from '../../../models/sampling/ddimSchedule.ts';
import { noiseSchedule } from '../../../models/sampling/noiseSchedule.ts';
import { SamplingError } from '../../../models/sampling/samplingError.ts';

describe('ddimSamplingMoves', () => {
  it('runs 49 of 50 moves for StyleID, from t = 961 to level 0', () => {
    const moves = ddimSamplingMoves({ steps: 50, startStep: 49 });
    expect(moves).toHaveLength(49);
    expect(moves[0]).toEqual({ timestep: 961, from: 961, to: 941 });
    expect(moves.at(-1)).toEqual({ timestep: 1, from: 1, to: 0 });
  });

  it('keeps S timesteps when S does not divide 1000', () => {
    expect(ddimTimesteps({ steps: 7 })).toEqual([853, 711, 569, 427, 285, 143, 1]);
    expect(ddimTimesteps({ steps: 3 })).toEqual([667, 334, 1]);
  });

  it('chains: every move begins where the one before ended', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 999 }), (steps, startStep) => {
        const moves = ddimSamplingMoves({ steps, startStep });
        expect(moves).toHaveLength(Math.min(steps, startStep));
        for (const [i, move] of moves.slice(1).entries()) expect(move.from).toBe(moves[i]!.to);
        expect(moves[0]!.from).toBeLessThan(1000);
      }),
    );
  });

  it.each([0, -1, 1.5, 1000, NaN, Infinity])('refuses %s steps', (steps) => {
    expect(() => ddimSamplingMoves({ steps })).toThrow(SamplingError);
    expect(() => ddimInversionMoves({ steps })).toThrow(/from 1 to 999/);
  });
});

describe('ddimInversionMoves', () => {
  it('goes to level 999 in 50 moves', () => {
    const moves = ddimInversionMoves({ steps: 50 });
    expect(moves).toHaveLength(50);
    expect(moves[0]).toEqual({ timestep: 1, from: 1, to: 21 });
    expect(moves.at(-1)).toEqual({ timestep: 981, from: 981, to: 999 });
  });

  it('makes more moves than asked when S does not divide 1000', () => {
    const moves = ddimInversionMoves({ steps: 7 });
    expect(moves.map((move) => move.timestep)).toEqual([1, 143, 285, 427, 569, 711, 853, 995]);
    expect(moves.map((move) => move.to)).toEqual([143, 285, 427, 569, 711, 853, 995, 999]);
  });

  it('counts every level with 999 steps, as the authors special-case', () => {
    const moves = ddimInversionMoves({ steps: 999 });
    expect(moves).toHaveLength(999);
    expect(moves[0]).toEqual({ timestep: 0, from: 0, to: 1 });
    expect(moves.at(-1)).toEqual({ timestep: 998, from: 998, to: 999 });
  });

  it('asks at t but moves from t-c to t in the diffusers variant', () => {
    const moves = ddimInversionMoves({ steps: 20, variant: 'diffusers' });
    expect(moves.slice(0, 2)).toEqual([
      { timestep: 1, from: 0, to: 1 },
      { timestep: 51, from: 1, to: 51 },
    ]);
    expect(moves.at(-1)).toEqual({ timestep: 951, from: 901, to: 951 });
  });

  it('passes every sampling timestep', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 998 }), (steps) => {
        const inverted = new Set(ddimInversionMoves({ steps }).map((move) => move.timestep));
        expect(ddimTimesteps({ steps }).every((timestep) => inverted.has(timestep))).toBe(true);
      }),
    );
  });
});

describe('noiseSchedule', () => {
  it("has Stable Diffusion's ends", () => {
    const { betas, alphasCumprod } = noiseSchedule();
    expect(betas[0]).toBeCloseTo(0.00085, 9);
    expect(betas[999]).toBeCloseTo(0.012, 9);
    expect(alphasCumprod[0]).toBe(Math.fround(1 - 0.00085));
    expect(alphasCumprod[999]).toBeCloseTo(0.00466, 5);
  });

  it('differs in the last digits only when computed in float32', () => {
    const [exact, rounded] = [noiseSchedule(), noiseSchedule({ computedIn: 'float32' })];
    const worst = Math.max(...exact.alphasCumprod.map((a, i) => Math.abs(a - rounded.alphasCumprod[i]!)));
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThan(1e-6);
  });

  it('caps the cosine schedule', () => {
    expect(noiseSchedule({ betaSchedule: 'squaredcos_cap_v2' }).betas[999]).toBeCloseTo(0.999, 6);
  });
});

describe('ddimSigma', () => {
  it('is 0 for DDIM and the posterior deviation for DDPM', () => {
    const { alphasCumprod, betas } = noiseSchedule();
    expect(ddimSigma(0, alphasCumprod[500]!, alphasCumprod[480]!)).toBe(0);
    const posterior = (betas[500]! * (1 - alphasCumprod[499]!)) / (1 - alphasCumprod[500]!);
    expect(ddimSigma(1, alphasCumprod[500]!, alphasCumprod[499]!) ** 2).toBeCloseTo(posterior, 5);
  });
});
