import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MaskCanvas } from '../../../drawing/maskCanvas.ts';
import { roundPointValue, writePoints } from '../../../drawing/points.ts';
import type { Region } from '../../../drawing/region.ts';
import type { MaskOperation } from '../../../drawing/strokes.ts';

const size = { width: 48, height: 36 };

function drawn(...operations: MaskOperation[]): MaskCanvas {
  const canvas = new MaskCanvas(size);
  for (const operation of operations) canvas.apply(operation);
  return canvas;
}

const at = ({ data }: MaskCanvas, x: number, y: number): number => data[y * size.width + x]!;
const count = ({ data }: MaskCanvas): number => data.reduce((sum, value) => sum + value, 0) / 255;
const dot = (more: object = {}): MaskOperation => ({
  op: 'stroke',
  mode: 'add',
  radius: 8,
  hardness: 1,
  points: '20,18,1',
  ...more,
});

/** How many pixels changed that the region does not tell of. */
function changedOutside(region: Region | undefined, before: Uint8Array, after: Uint8Array): number {
  let found = 0;
  for (let i = 0; i < after.length; i++) {
    const [x, y] = [i % size.width, Math.floor(i / size.width)];
    const told = region && x >= region.left && x < region.right && y >= region.top && y < region.bottom;
    if (!told && before[i] !== after[i]) found++;
  }
  return found;
}

const square: MaskOperation = { op: 'polygon', mode: 'add', points: '10,8 30,8 30,24 10,24' };

describe('a brush stroke', () => {
  it('covers the area of its disc, smooth at the edge', () => {
    const canvas = drawn(dot());
    expect(count(canvas)).toBeCloseTo(Math.PI * 64, -0.5);
    expect(at(canvas, 20, 18)).toBe(255);
    expect(at(canvas, 29, 18)).toBe(0);
    expect(canvas.data.some((value) => value > 0 && value < 255)).toBe(true);
  });

  it('gives every pixel the value of its distance from the line', () => {
    const canvas = drawn(dot({ hardness: 0.4, points: '10,10,1 36.25,25.5,1' }));
    const [dx, dy] = [26.25, 15.5];
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        const along = ((x + 0.5 - 10) * dx + (y + 0.5 - 10) * dy) / (dx * dx + dy * dy);
        const t = Math.min(1, Math.max(0, along));
        const away = Math.hypot(x + 0.5 - 10 - t * dx, y + 0.5 - 10 - t * dy);
        const rise = Math.min(1, Math.max(0, (8.5 - away) / (8.5 - 3.2)));
        expect(Math.abs(at(canvas, x, y) - rise * rise * (3 - 2 * rise) * 255)).toBeLessThan(0.51);
      }
    }
  });

  it('is as wide as it was pressed', () => {
    expect(count(drawn(dot({ points: '20,18,0.5' })))).toBeCloseTo(Math.PI * 16, -0.5);
  });

  it('does not build up, and erases what was there', () => {
    expect(drawn(dot({ hardness: 0 }), dot({ hardness: 0 })).data).toEqual(drawn(dot({ hardness: 0 })).data);
    expect(count(drawn(dot(), dot({ mode: 'erase', radius: 9 })))).toBeLessThan(4);
    expect(at(drawn({ op: 'all' }, dot({ mode: 'erase' })), 20, 18)).toBe(0);
  });

  it('tells of nothing but what changes, however large the brush is', () => {
    const canvas = new MaskCanvas(size);
    const brush = { mode: 'add', radius: 12, hardness: 1 } as const;
    expect(canvas.paint(brush, [14, 18, 1])).toEqual({ left: 2, top: 6, right: 26, bottom: 30 });
    expect(canvas.paint(brush, [14, 18, 1, 20, 18, 1], 1)).toMatchObject({ right: 32, top: 6, bottom: 30 });
    expect(canvas.paint(brush, [14, 18, 1, 20, 18, 1, 16, 18, 1], 2)).toBeUndefined();
  });

  it('is as wide at its corners as along its lines, whether a pen presses more or less', () => {
    const discs = (points: readonly (readonly [number, number, number])[]) =>
      drawn(...points.map((point) => dot({ radius: 10, points: point.join(',') })));
    for (const pressures of [
      [1, 1, 1],
      [0.2, 1, 0.4],
      [1, 0.6, 0.2],
    ]) {
      const points = [12, 30, 16].map((x, i) => [x, 10 + i * 8, pressures[i]!] as const);
      const stroke = drawn(dot({ radius: 10, points: points.map((point) => point.join(',')).join(' ') }));
      const { data } = discs(points);
      expect(data.filter((value, i) => value > stroke.data[i]!)).toHaveLength(0);
    }
  });

  it('gives the same pixels point by point as at once, and says where', () => {
    const point = fc.tuple(
      fc.double({ min: -20, max: 70, noNaN: true }),
      fc.double({ min: -20, max: 60, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    const brush = fc.record({
      mode: fc.constantFrom('add' as const, 'erase' as const),
      radius: fc.double({ min: 0.5, max: 30, noNaN: true }),
      hardness: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 8 }), brush, (points, brush) => {
        const numbers = points.flatMap((values) => values.map(roundPointValue));
        const start = (): Uint8Array => new Uint8Array(size.width * size.height).fill(90);
        const whole = new MaskCanvas(size, start());
        whole.apply({ op: 'stroke', ...brush, points: writePoints(numbers, 3) });
        const grown = new MaskCanvas(size, start());
        for (let n = 1; n <= points.length; n++) {
          const before = grown.data.slice();
          const region = grown.paint(brush, numbers.slice(0, n * 3), n - 1);
          expect(changedOutside(region, before, grown.data)).toBe(0);
        }
        expect(grown.data).toEqual(whole.data);
      }),
    );
  });
});

describe('a polygon', () => {
  it('covers exactly its area, fractions of pixels included', () => {
    expect(count(drawn(square))).toBe(320);
    const slanted: MaskOperation = { op: 'polygon', mode: 'add', points: '5.25,3.5 40.75,9.25 12.5,30.75' };
    const area = Math.abs((40.75 - 5.25) * (30.75 - 3.5) - (12.5 - 5.25) * (9.25 - 3.5)) / 2;
    expect(Math.abs(count(drawn(slanted)) - area)).toBeLessThan(1);
  });

  it('selects what the outline winds around, also where it crosses itself', () => {
    const twice: MaskOperation = {
      op: 'polygon',
      mode: 'add',
      points: '4,4 40,4 40,30 4,30 4,4 12,10 30,10 30,20 12,20 12,10',
    };
    expect(at(drawn(twice), 20, 15)).toBe(255);
  });

  it('may reach beyond the picture, or be no area at all', () => {
    expect(count(drawn({ op: 'polygon', mode: 'add', points: '-50,-50 500,-50 500,500 -50,500' }))).toBe(
      48 * 36,
    );
    for (const points of ['', '5,5', '5,5 20,20']) {
      expect(count(drawn({ op: 'polygon', mode: 'add', points }))).toBe(0);
    }
  });
});

describe('fill', () => {
  const ring = [dot({ radius: 14 }), dot({ radius: 11, mode: 'erase' })] as const;

  it('fills what a line encloses, without a seam', () => {
    const canvas = drawn(...ring, { op: 'fill', mode: 'add', x: 20, y: 18 });
    const outside = drawn(dot({ radius: 14 }));
    expect(canvas.data).toEqual(outside.data);
  });

  it('fills around a line, and not what it encloses', () => {
    const canvas = drawn(...ring, { op: 'fill', mode: 'add', x: 0, y: 0 });
    expect(at(canvas, 47, 35)).toBe(255);
    expect(at(canvas, 20, 18)).toBe(0);
  });

  it('erases what is connected, and nothing from a point that is not selected', () => {
    const two = [square, dot({ radius: 3, points: '42,18,1' })] as const;
    expect(count(drawn(...two, { op: 'fill', mode: 'erase', x: 15, y: 10 }))).toBeLessThan(40);
    expect(drawn(...two, { op: 'fill', mode: 'erase', x: 0, y: 0 }).data).toEqual(drawn(...two).data);
    expect(drawn(square, { op: 'fill', mode: 'add', x: 90, y: -3 }).data).toEqual(drawn(square).data);
  });
});

describe('grow', () => {
  /** Straight from the definition. */
  function dilated({ data }: MaskCanvas, radius: number): number[] {
    return Array.from(data, (_, i) => {
      const [x, y] = [i % size.width, Math.floor(i / size.width)];
      return data.some((value, j) => {
        const away = Math.hypot((j % size.width) - x, Math.floor(j / size.width) - y);
        return value === 255 && away <= radius;
      })
        ? 255
        : 0;
    });
  }

  it('reaches the same distance in all directions', () => {
    const start = [square, { op: 'polygon', mode: 'add', points: '40,2 42,2 42,4 40,4' }] as const;
    const exact = dilated(drawn(...start), 6);
    const grown = drawn(...start, { op: 'grow', pixels: 6 });
    expect(exact.filter((value, i) => value > grown.data[i]!)).toEqual([]);
    expect(count(grown) - exact.reduce((sum, value) => sum + value, 0) / 255).toBeLessThan(60);
  });

  it('shrinks as it grows, and not away from the border of the picture', () => {
    const back = drawn(square, { op: 'grow', pixels: 5 }, { op: 'grow', pixels: -5 });
    expect(Math.abs(count(back) - 320)).toBeLessThan(12);
    expect(count(drawn({ op: 'all' }, { op: 'grow', pixels: -9 }))).toBe(48 * 36);
    expect(count(drawn(square, { op: 'grow', pixels: -20 }))).toBe(0);
  });

  it('draws a soft edge further out, as soft as it was', () => {
    const soft = drawn(square, { op: 'feather', pixels: 6 });
    const grown = drawn(square, { op: 'feather', pixels: 6 }, { op: 'grow', pixels: 4 });
    for (let x = 30; x < 38; x++) expect(Math.abs(at(grown, x + 4, 16) - at(soft, x, 16))).toBeLessThan(2);
  });
});

describe('feather', () => {
  it('reaches as far as it says to both sides, and keeps the middle of the edge', () => {
    const canvas = drawn(
      { op: 'polygon', mode: 'add', points: '24,-1 60,-1 60,40 24,40' },
      { op: 'feather', pixels: 9 },
    );
    const row = Array.from({ length: 48 }, (_, x) => at(canvas, x, 18));
    expect(row[14]).toBe(0);
    expect(row[15]).toBeGreaterThan(0);
    expect(row[32]).toBeLessThan(255);
    expect(row[33]).toBe(255);
    expect(row[23]! + row[24]!).toBeGreaterThanOrEqual(254);
    expect(row).toEqual(row.toSorted((a, b) => a - b));
  });

  it('leaves a full and an empty mask as they are', () => {
    expect(count(drawn({ op: 'all' }, { op: 'feather', pixels: 30 }))).toBe(48 * 36);
    expect(count(drawn({ op: 'feather', pixels: 30 }))).toBe(0);
  });
});

it('inverts, clears and selects everything', () => {
  expect(count(drawn(square, { op: 'invert' }))).toBe(48 * 36 - 320);
  expect(count(drawn(square, { op: 'clear' }))).toBe(0);
  expect(count(drawn({ op: 'all' }))).toBe(48 * 36);
});

it('tells every pixel that any operation changes', () => {
  const operation: fc.Arbitrary<MaskOperation> = fc.oneof(
    fc.record({
      op: fc.constant('polygon' as const),
      mode: fc.constantFrom('add' as const, 'erase' as const),
      points: fc
        .array(fc.tuple(fc.integer({ min: -90, max: 290 }), fc.integer({ min: -90, max: 290 })), {
          maxLength: 9,
        })
        .map((points) =>
          writePoints(
            points.flat().map((value) => value / 4),
            2,
          ),
        ),
    }),
    fc.record({
      op: fc.constant('fill' as const),
      mode: fc.constantFrom('add' as const, 'erase' as const),
      x: fc.integer({ min: -3, max: 50 }),
      y: fc.integer({ min: -3, max: 40 }),
    }),
    fc.record({ op: fc.constant('grow' as const), pixels: fc.integer({ min: -60, max: 60 }) }),
    fc.record({ op: fc.constant('feather' as const), pixels: fc.integer({ min: 1, max: 90 }) }),
    fc.constantFrom<MaskOperation>(
      { op: 'invert' },
      dot({ hardness: 0.1 }),
      dot({ mode: 'erase', radius: 3 }),
    ),
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 6 }), (operations) => {
      const canvas = new MaskCanvas(size);
      for (const next of operations) {
        const before = canvas.data.slice();
        expect(changedOutside(canvas.apply(next), before, canvas.data)).toBe(0);
      }
    }),
  );
});
