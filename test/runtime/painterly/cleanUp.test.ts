import { describe, expect, it } from 'vitest';
import { cleanUp } from '../../../models/painterly/cleanUp.ts';
import { labToRgb, rgbToLab } from '../../../models/painterly/lab.ts';
import { guidedFilter } from '../../../models/painterly/guidedFilter.ts';
import { nearestPatches } from '../../../models/painterly/nearestPatches.ts';
import { patchMatch } from '../../../models/painterly/patchMatch.ts';
import { votePatches } from '../../../models/painterly/votePatches.ts';

function painted(width: number, height: number, seed: number) {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return 128 + 60 * Math.sin((x + seed) / 3 + (i % 3)) + 60 * Math.cos((y * seed) / 7);
  });
  return { width, height, data };
}
const corners = (width: number, height: number) =>
  Array.from({ length: (width - 6) * (height - 6) }, (_, i) => i);

describe('nearest patches', () => {
  it('of a picture in itself are its own', async () => {
    const picture = painted(20, 14, 5);
    const field = await nearestPatches(picture, picture, { wanted: corners(20, 14) });
    expect([...field.distance].every((distance) => distance === 0)).toBe(true);
    expect(votePatches(field, picture, painted(20, 14, 1))).toEqual(picture);
  });

  it('are nearly found by PatchMatch, the same for the same seed, and only where they are wanted', async () => {
    const [picture, painting] = [painted(40, 30, 2), painted(44, 36, 3)];
    const wanted = corners(40, 30).filter((i) => i % 34 < 20);
    const exact = await nearestPatches(picture, painting, { wanted });
    const near = await patchMatch(picture, painting, { wanted, seed: 7 });
    expect(await patchMatch(picture, painting, { wanted, seed: 7 })).toEqual(near);
    const sum = (field: typeof near) => wanted.reduce((total, corner) => total + field.distance[corner]!, 0);
    expect(sum(near)).toBeGreaterThanOrEqual(sum(exact));
    expect(sum(near)).toBeLessThan(1.4 * sum(exact));
    expect(near.distance[33]).toBe(Infinity);
  });

  it.each([
    ['all compared with all', nearestPatches],
    ['PatchMatch', patchMatch],
  ] as const)('can be stopped while they are looked for, and say how far they are: %s', async (_, search) => {
    const stop = new AbortController();
    const told: number[] = [];
    const picture = painted(30, 20, 2);
    const going = search(picture, picture, {
      wanted: corners(30, 20),
      seed: 1,
      signal: stop.signal,
      onProgress: (fraction) => told.push(fraction),
    });
    await going;
    expect(told.length).toBeGreaterThan(0);
    expect(told.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
    setImmediate(() => stop.abort(new Error('enough')));
    const again = { wanted: corners(30, 20), seed: 1, signal: stop.signal };
    await expect(search(picture, picture, again)).rejects.toThrow('enough');
  });

  it('leave what no patch covers as it was', async () => {
    const picture = painted(9, 9, 1);
    const field = await patchMatch(picture, painted(9, 9, 2), { wanted: [], seed: 1 });
    expect(votePatches(field, painted(9, 9, 2), picture)).toEqual(picture);
  });
});

describe('colours', () => {
  it('go to Lab and back', () => {
    const colours = [Float64Array.of(0, 0.5, 1), Float64Array.of(0.2, 0.5, 1), Float64Array.of(0.9, 0.5, 1)];
    const [light, a] = rgbToLab(colours);
    expect(light![2]).toBeCloseTo(100, 1);
    expect(Math.abs(a![1]!)).toBeLessThan(0.05);
    for (const [c, plane] of labToRgb(rgbToLab(colours)).entries())
      for (const [i, value] of plane.entries()) expect(value).toBeCloseTo(colours[c]![i]!, 12);
  });

  it('are smoothed within edges of the guide, not across', () => {
    const step = Float64Array.from({ length: 300 }, (_, i) => (i % 20 < 10 ? 0 : 1));
    const noisy = step.map((value, i) => value + (i % 2 ? 0.1 : -0.1));
    const size = { width: 20, height: 15 };
    const data = guidedFilter([step, step, step], size, { radius: 2, epsilon: 0.01 })(noisy);
    expect(Math.abs(data[7 * 20 + 5]!)).toBeLessThan(0.05);
    expect(data[7 * 20 + 10]! - data[7 * 20 + 9]!).toBeGreaterThan(0.7);
  });
});

describe('the clean-up', () => {
  const [result, naive, painting] = [painted(24, 18, 3), painted(24, 18, 4), painted(24, 18, 5)];
  const cleaned = (data: Float32Array) =>
    cleanUp({ result, naive, painting, mask: { width: 24, height: 18, data }, seed: 1 });

  it('leaves the painting alone where there is no object', async () => {
    const { output } = await cleaned(new Float32Array(24 * 18));
    const levels = Array.from(
      { length: 24 * 18 * 3 },
      (_, i) => output.data[(i % 3) * 432 + Math.floor(i / 3)]! * 255,
    );
    expect(levels.map(Math.round)).toEqual([...painting.data]);
  });

  it('takes an object that covers everything, and one of a single pixel at the edge', async () => {
    const whole = await cleaned(new Float32Array(432).fill(1));
    expect([...whole.output.data].every(Number.isFinite)).toBe(true);
    expect(whole.field.distance.every((distance) => distance < Infinity)).toBe(true);
    const corner = new Float32Array(432);
    corner[431] = 1;
    const { field, output } = await cleaned(corner);
    expect([...field.distance].some((distance) => distance === Infinity)).toBe(true);
    expect([...output.data].every(Number.isFinite)).toBe(true);
  });
});
