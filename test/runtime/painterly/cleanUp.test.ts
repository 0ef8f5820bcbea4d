import { describe, expect, it } from 'vitest';
import { cleanUp } from '../../../models/painterly/cleanUp.ts';
import { labToRgb, rgbToLab } from '../../../models/painterly/lab.ts';
import { guidedFilter } from '../../../models/painterly/guidedFilter.ts';
import { nearestPatches } from '../../../models/painterly/nearestPatches.ts';
import { patchMatch } from '../../../models/painterly/patchMatch.ts';
import { votePatches } from '../../../models/painterly/votePatches.ts';
import { tensor } from '../../../models/tensor/tensor.ts';

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
    const near = patchMatch(picture, painting, { wanted, seed: 7 });
    expect(patchMatch(picture, painting, { wanted, seed: 7 })).toEqual(near);
    const sum = (field: typeof near) => wanted.reduce((total, corner) => total + field.distance[corner]!, 0);
    expect(sum(near)).toBeGreaterThanOrEqual(sum(exact));
    expect(sum(near)).toBeLessThan(1.4 * sum(exact));
    expect(near.distance[33]).toBe(Infinity);
  });

  it('leave what no patch covers as it was', () => {
    const picture = painted(9, 9, 1);
    const field = patchMatch(picture, painted(9, 9, 2), { wanted: [], seed: 1 });
    expect(votePatches(field, painted(9, 9, 2), picture)).toEqual(picture);
  });
});

describe('colours', () => {
  it('go to Lab and back', () => {
    const colours = tensor([1, 3, 1, 3], Float32Array.of(0, 0.5, 1, 0.2, 0.5, 1, 0.9, 0.5, 1));
    const lab = rgbToLab(colours);
    expect(lab.data[2]).toBeCloseTo(100, 1);
    expect(Math.abs(lab.data[4]!)).toBeLessThan(0.05);
    const back = labToRgb(lab);
    for (const [i, value] of colours.data.entries()) expect(back.data[i]).toBeCloseTo(value, 4);
  });

  it('are smoothed within edges of the guide, not across', () => {
    const step = Float32Array.from({ length: 300 }, (_, i) => (i % 20 < 10 ? 0 : 1));
    const guide = tensor(
      [1, 3, 15, 20],
      Float32Array.from({ length: 900 }, (_, i) => step[i % 300]!),
    );
    const noisy = step.map((value, i) => value + (i % 2 ? 0.1 : -0.1));
    const { data } = guidedFilter(
      guide,
      { width: 20, height: 15, data: noisy },
      { radius: 2, epsilon: 0.01 },
    );
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
