import { describe, expect, it } from 'vitest';
import type { Picture } from '../../../models/image/picture.ts';
import { augmentExemplar } from '../../../models/training/augmentExemplar.ts';
import { bezierMask } from '../../../models/training/bezierMask.ts';
import { exemplarExample } from '../../../models/training/exemplarExample.ts';
import { PythonRandom } from '../../../models/training/pythonRandom.ts';

const numbered = (width: number, height: number): Picture => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7) % 256),
});

it('draws what Python’s random draws', () => {
  // random.seed(42): random(), random(), uniform(-20, 20), randint(0, 12), choice([3, 5, 7])
  const random = new PythonRandom(42);
  expect(random.random()).toBe(0.6394267984578837);
  expect(random.random()).toBe(0.025010755222666936);
  expect(random.uniform(-20, 20)).toBeCloseTo(-20 + 40 * 0.27502931836911926, 12);
  expect(new PythonRandom(2n ** 40n).random()).not.toBe(new PythonRandom(0).random());
  for (let i = 0; i < 50; i++) {
    expect(random.randint(2, 4)).toBeGreaterThanOrEqual(2);
    expect(random.randint(2, 4)).toBeLessThanOrEqual(4);
  }
});

describe('a mask shape', () => {
  const size = { width: 120, height: 84 };
  const box = { left: 30, top: 20, right: 80, bottom: 60 };

  it('is the extended box, or a shape within five pixels of it', () => {
    for (let seed = 0; seed < 20; seed++) {
      const plain = bezierMask(size, { box, arbitrary: 0, random: new PythonRandom(seed) });
      const { left, top, right, bottom } = plain.extended;
      expect([left <= 30, top <= 20, right >= 80, bottom >= 60]).toEqual([true, true, true, true]);
      expect(plain.mask.data.reduce((sum, value) => sum + value, 0)).toBe((right - left) * (bottom - top));
      const curved = bezierMask(size, { box, arbitrary: 1, random: new PythonRandom(seed) });
      expect(curved.extended).toEqual(plain.extended);
      for (const { x, y } of curved.polygon!) {
        expect(x >= left - 5 && x <= right + 5 && y >= top - 5 && y <= bottom + 5).toBe(true);
      }
      expect(curved.mask.data[40 * 120 + 55]).toBe(1);
    }
  });
});

it('augments in the order of the authors, each change as often as they do', () => {
  const counts: Record<string, number> = {};
  for (let seed = 0; seed < 200; seed++) {
    const steps = augmentExemplar(numbered(9, 7), { random: new PythonRandom(seed), size: 8 });
    const order = ['Resize', 'HorizontalFlip', 'Rotate', 'Blur', 'ElasticTransform'];
    expect(steps.map(({ name }) => name)).toEqual(
      order.filter((name) => steps.some((step) => step.name === name)),
    );
    for (const { name } of steps) counts[name] = (counts[name] ?? 0) + 1;
  }
  expect(counts['Resize']).toBe(200);
  expect(counts['Rotate']).toBeGreaterThan(75);
  expect(counts['Blur']).toBeLessThan(90);
});

it('makes examples of any picture and box, also where no square fits', () => {
  for (const [width, height] of [
    [60, 40],
    [40, 60],
    [50, 50],
    [90, 12],
  ] as const) {
    const example = exemplarExample(numbered(width, height), {
      boxes: [{ left: 1, top: 1, right: width - 1, bottom: height - 1 }],
      size: 16,
      arbitrary: 0.5,
      random: new PythonRandom(width),
    });
    expect(example.picture.shape).toEqual([1, 3, 16, 16]);
    expect(example.mask.shape).toEqual([1, 1, 16, 16]);
    expect(example.exemplar.shape).toEqual([1, 3, 224, 224]);
  }
});
