import { describe, expect, it } from 'vitest';
import { addOperation } from '../../../client/masks/addOperation.ts';
import { strokesOf } from '../../../client/masks/strokesOf.ts';
import { DRAWING_LIMITS, noStrokes, type MaskOperation } from '../../../drawing/strokes.ts';

const fill: MaskOperation = { op: 'fill', mode: 'add', x: 1, y: 2 };
const stroke = (points: number): MaskOperation => ({
  op: 'stroke',
  mode: 'add',
  radius: 2,
  hardness: 1,
  points: Array.from({ length: points }, () => '1,1,1').join(' '),
});

describe('adding to a drawing', () => {
  it('leaves out what no longer shows', () => {
    expect(addOperation([fill, fill], { op: 'all' }, false)).toEqual([{ op: 'all' }]);
    expect(addOperation([fill], { op: 'clear' }, false)).toEqual([]);
    expect(addOperation([fill], { op: 'clear' }, true)).toEqual([{ op: 'clear' }]);
  });

  it('says when a drawing is full, and lets it be cleared then', () => {
    const many = Array.from({ length: DRAWING_LIMITS.operations }, () => fill);
    expect(addOperation(many, fill, false)).toBe('full');
    expect(addOperation(many, { op: 'clear' }, true)).toHaveLength(1);
    const long = [stroke(DRAWING_LIMITS.points - 1)];
    expect(addOperation(long, stroke(1), false)).toHaveLength(2);
    expect(addOperation(long, stroke(2), false)).toBe('full');
  });
});

describe('a drawing in a file', () => {
  it('is taken as the same object, and as nothing when it is none', () => {
    const strokes = { width: 4, height: 4, ops: [fill] };
    expect(strokesOf(strokes)).toBe(strokes);
    for (const wrong of [undefined, null, 'x', [], { ...strokes, ops: [{ op: 'run' }] }]) {
      expect(strokesOf(wrong)).toBe(noStrokes);
    }
  });
});
