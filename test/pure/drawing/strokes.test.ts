import { describe, expect, it } from 'vitest';
import { readPoints, writePoints } from '../../../drawing/points.ts';
import { DRAWING_LIMITS, noStrokes, strokesSchema } from '../../../drawing/strokes.ts';

const taken = (value: unknown): boolean => strokesSchema.safeParse(value).success;
const withOps = (...ops: unknown[]) => ({ width: 640, height: 480, ops });
const stroke = { op: 'stroke', mode: 'add', radius: 4, hardness: 1, points: '1,2,1 3.25,4,0.5' };

describe('points', () => {
  it('come back as they were written, in quarters of a pixel', () => {
    expect(writePoints([10.1, 20.9, 0.333, 3, 4, 1], 3)).toBe('10,21,0.33 3,4,1');
    expect(readPoints('10,21,0.33 3,4,1', 3)).toEqual([10, 21, 0.33, 3, 4, 1]);
    expect(readPoints('', 2)).toEqual([]);
  });

  it.each(['1,2', '1,2,3,4', '1,2,x', '1,2,', '1,2,3  4,5,6', '1,2,1e9', '1,2,NaN', '1;2;3'])(
    '%s is no list of points with three values',
    (text) => expect(readPoints(text, 3)).toBeUndefined(),
  );
});

describe('saved strokes', () => {
  it('take every operation', () => {
    const ops = [
      stroke,
      { op: 'polygon', mode: 'erase', points: '0,0 10,0 5,8' },
      { op: 'fill', mode: 'add', x: 3, y: 4 },
      { op: 'grow', pixels: -3 },
      { op: 'feather', pixels: 5 },
      { op: 'invert' },
      { op: 'clear' },
      { op: 'all' },
    ];
    expect(strokesSchema.parse(withOps(...ops)).ops).toEqual(ops);
    expect(taken(noStrokes)).toBe(true);
  });

  it.each([
    ['nothing', null],
    ['no size', { ops: [] }],
    ['a size that is no picture', { width: 0, height: 5, ops: [] }],
    ['more pixels than a picture may have', { width: 16_000, height: 16_000, ops: [] }],
    ['an operation it does not know', withOps({ op: 'explode' })],
    ['a field it does not know', withOps({ ...stroke, colour: 'red' })],
    ['a brush without size', withOps({ ...stroke, radius: 0 })],
    ['a huge brush', withOps({ ...stroke, radius: 1e6 })],
    ['broken points', withOps({ ...stroke, points: '1,2' })],
    ['a huge feather', withOps({ op: 'feather', pixels: 1e5 })],
    [
      'too many operations',
      withOps(...Array.from({ length: DRAWING_LIMITS.operations + 1 }, () => ({ op: 'all' }))),
    ],
    [
      'too many points',
      withOps(
        ...Array.from({ length: 3 }, () => ({
          ...stroke,
          points: Array.from({ length: 40_000 }, () => '1,1,1').join(' '),
        })),
      ),
    ],
  ])('refuse %s', (_, value) => expect(taken(value)).toBe(false));
});
