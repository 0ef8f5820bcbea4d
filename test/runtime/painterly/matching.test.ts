import { describe, expect, it } from 'vitest';
import { consistentMatches } from '../../../models/painterly/consistentMatches.ts';
import { matchConsistently, channelNormalised } from '../../../models/painterly/matchConsistently.ts';
import { matchedResponses } from '../../../models/painterly/matches.ts';
import { matchPatches } from '../../../models/painterly/matchPatches.ts';
import { matchedRing, REFINE_REACH, refineMatches } from '../../../models/painterly/refineMatches.ts';
import { Region } from '../../../models/painterly/region.ts';
import { tensor, type Tensor } from '../../../models/tensor/tensor.ts';

function noise(channels: number, height: number, width: number, seed: number): Tensor {
  let state = seed * 2654435761;
  const next = () => {
    state = Math.imul(state ^ (state >>> 15), 2246822519) + 1;
    return ((state >>> 8) % 1000) / 1000;
  };
  const result = tensor([1, channels, height, width]);
  return { ...result, data: result.data.map(() => Math.max(0, next() - 0.3)) };
}

/** The published rule, word for word, in double precision. */
function slowly(a: Tensor, b: Tensor): { x: number[]; y: number[] } {
  const [, channels = 0, height = 0, width = 0] = a.shape;
  const [, , targetHeight = 0, targetWidth = 0] = b.shape;
  const found = { x: [] as number[], y: [] as number[] };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let [best, bestX, bestY] = [-Infinity, 0, 0];
      for (let v = 0; v < targetHeight; v++)
        for (let u = 0; u < targetWidth; u++) {
          let [dot, aa, bb] = [0, 0, 0];
          for (let dy = -1; dy <= 1; dy++)
            for (let dx = -1; dx <= 1; dx++) {
              const inside = [x + dx, y + dy, u + dx, v + dy].every(
                (place, i) => place >= 0 && place < [width, height, targetWidth, targetHeight][i]!,
              );
              if (!inside) continue;
              for (let c = 0; c < channels; c++) {
                const p = a.data[(c * height + y + dy) * width + x + dx]!;
                const q = b.data[(c * targetHeight + v + dy) * targetWidth + u + dx]!;
                [dot, aa, bb] = [dot + p * q, aa + p * p, bb + q * q];
              }
            }
          const score = dot / (Math.sqrt(aa) * Math.sqrt(bb) + 1e-9);
          if (score > best) [best, bestX, bestY] = [score, u, v];
        }
      found.x.push(bestX);
      found.y.push(bestY);
    }
  return found;
}

describe('matching every layer on its own', () => {
  it.each([
    [7, 9, 7, 9],
    [6, 5, 9, 4],
    [3, 1, 1, 5],
    [1, 1, 2, 2],
    [2, 3, 1, 1],
  ])(
    'finds the best normalised patches: %i x %i in %i x %i',
    async (height, width, targetHeight, targetWidth) => {
      const [a, b] = [noise(5, height, width, 3), noise(5, targetHeight, targetWidth, 4)];
      const found = await matchPatches(a, b);
      expect({ x: [...found.x], y: [...found.y] }).toEqual(slowly(a, b));
    },
  );

  it.each([
    ['in the middle', { left: 2, top: 1, right: 5, bottom: 4 }],
    ['in a corner', { left: 6, top: 4, right: 9, bottom: 7 }],
    ['along a side', { left: 0, top: 3, right: 1, bottom: 6 }],
  ])('finds %s what it finds there in the whole, and looks nowhere else', async (_, box) => {
    const [a, b] = [noise(5, 7, 9, 3), noise(5, 6, 8, 4)];
    const all = slowly(a, b);
    const found = await matchPatches(a, b, { within: new Region(box, { width: 9, height: 7 }) });
    const asked = (i: number) =>
      i % 9 >= box.left && i % 9 < box.right && i / 9 >= box.top && Math.floor(i / 9) < box.bottom;
    expect([...found.x]).toEqual(all.x.map((place, i) => (asked(i) ? place : 0)));
    expect([...found.y]).toEqual(all.y.map((place, i) => (asked(i) ? place : 0)));
  });

  it('takes the first of several, and the first of all where there is nothing', async () => {
    const same = tensor([1, 2, 4, 4], new Float32Array(32).fill(0.5));
    const found = await matchPatches(noise(2, 3, 3, 1), same);
    expect(found.x[4]).toBe(slowly(noise(2, 3, 3, 1), same).x[4]);
    const nothing = await matchPatches(tensor([1, 2, 3, 3]), same);
    expect([...nothing.x, ...nothing.y].every((place) => place === 0)).toBe(true);
  });

  it('can be stopped', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(matchPatches(noise(2, 4, 4, 1), noise(2, 4, 4, 2), { signal })).rejects.toThrow('enough');
  });

  it('takes over the centre of what was matched', () => {
    const target = tensor([1, 1, 2, 2], Float32Array.of(1, 2, 3, 4));
    const matches = { width: 2, height: 1, x: Int32Array.of(1, 0), y: Int32Array.of(1, 1) };
    expect([...matchedResponses(target, matches).data]).toEqual([4, 3]);
  });
});

describe('matching consistently', () => {
  it('finds a picture in itself, edges at edges', async () => {
    const a = noise(6, 6, 7, 9);
    const found = await matchConsistently(a, a);
    expect([...found.x]).toEqual(Array.from({ length: 42 }, (_, i) => i % 7));
    expect([...found.y]).toEqual(Array.from({ length: 42 }, (_, i) => Math.floor(i / 7)));
  });

  it('never gives an edge of the painting to a place inside', async () => {
    const found = await matchConsistently(noise(4, 8, 8, 1), noise(4, 8, 8, 2));
    for (let y = 1; y < 7; y++)
      for (let x = 1; x < 7; x++) {
        expect(found.x[y * 8 + x]).toBeGreaterThan(0);
        expect(found.x[y * 8 + x]).toBeLessThan(7);
        expect(found.y[y * 8 + x]).toBeGreaterThan(0);
        expect(found.y[y * 8 + x]).toBeLessThan(7);
      }
  });

  it('marks the same in the painting when only what counts, and its neighbours, are matched', async () => {
    const [own, theirs] = [noise(4, 10, 12, 1), noise(4, 9, 11, 2)];
    const input = {
      own,
      theirs,
      painting: noise(3, 18, 22, 3),
      mask: { width: 12, height: 10, data: new Float32Array(120) },
    };
    for (const place of [0, 51, 52, 63]) input.mask.data[place] = 1;
    const within = Region.around(input.mask)!.grown(REFINE_REACH);
    const [all, few] = [await consistentMatches(input), await consistentMatches(input, { within })];
    expect(few.ring).toEqual(all.ring);
    expect(few.matches).not.toEqual(all.matches);
  });

  it('makes every position as long as the others', () => {
    const normal = channelNormalised(tensor([1, 2, 1, 2], Float32Array.of(3, 0, 4, 0)));
    expect([...normal.data].map((value) => Number(value.toFixed(5)))).toEqual([0.6, 0, 0.8, 0]);
  });

  it('lets neighbours outvote a match that jumps, where the object is', () => {
    const [width, height] = [12, 12];
    const straight = {
      width,
      height,
      x: Int32Array.from({ length: 144 }, (_, i) => i % width),
      y: Int32Array.from({ length: 144 }, (_, i) => Math.floor(i / width)),
    };
    const at = 6 * width + 5;
    const jumping = { ...straight, x: straight.x.slice() };
    jumping.x[at] = 2;
    // A guide of which every place has a colour of its own.
    const guide = tensor(
      [1, 3, height, width],
      Float32Array.from({ length: 432 }, (_, i) => (i % 144) / 144),
    );
    const mask = { width, height, data: new Float32Array(144) };
    expect(refineMatches(jumping, mask, guide).x[at]).toBe(2);
    mask.data[at] = 1;
    expect(refineMatches(jumping, mask, guide).x[at]).toBe(5);
  });

  it('marks the surroundings of matches once, inside of the painting', () => {
    const matches = { width: 2, height: 1, x: Int32Array.of(0, 3), y: Int32Array.of(0, 2) };
    const ring = matchedRing(
      matches,
      { width: 2, height: 1, data: Float32Array.of(1, 0) },
      { width: 4, height: 3 },
    );
    expect([...ring.data]).toEqual([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]);
  });
});
