import { describe, expect, it } from 'vitest';
import { DrawnMask } from '../../../client/masks/drawnMask.ts';
import { drawStrokes } from '../../../client/masks/drawStrokes.ts';
import { StrokePoints } from '../../../client/masks/strokePoints.ts';
import type { MaskOperation } from '../../../drawing/strokes.ts';

const size = { width: 120, height: 80 };
const dot = (x: number, y: number): MaskOperation => ({
  op: 'stroke',
  mode: 'add',
  radius: 9,
  hardness: 0.5,
  points: `${x},${y},1`,
});
const a = dot(20, 20);
const b = dot(60, 40);
const grow: MaskOperation = { op: 'grow', pixels: 5 };
const whole = (...ops: MaskOperation[]) => drawStrokes({ strokes: { ...size, ops } }).pixels;
const empty = () => new DrawnMask(size, new Uint8Array(size.width * size.height), []);

describe('a drawing that is worked on', () => {
  it('has the pixels of all operations drawn at once, however they came', () => {
    const mask = empty();
    const [one, two, three] = [[a], [a, b], [a, b, grow]];
    mask.follow(one);
    mask.follow(two);
    mask.follow(three);
    expect(mask.canvas.data).toEqual(whole(a, b, grow));
    mask.follow(two);
    expect(mask.canvas.data).toEqual(whole(a, b));
    mask.follow(one);
    mask.follow([a, grow]);
    expect(mask.canvas.data).toEqual(whole(a, grow));
  });

  it('says where pixels changed, and nothing for what it has', () => {
    const mask = empty();
    const ops = [a];
    expect(mask.follow(ops)).toEqual({ left: 11, top: 11, right: 29, bottom: 29 });
    expect(mask.follow(ops)).toBeUndefined();
  });

  it('asks to be drawn anew when it cannot tell what was undone', () => {
    const mask = new DrawnMask(size, whole(a, b), [a, b]);
    expect(mask.follow([a])).toBe('redraw');
    expect(mask.follow([b, a])).toBe('redraw');
  });

  it('keeps a stroke that was painted point by point, and can undo it', () => {
    const mask = empty();
    const before = mask.operations;
    const points = new StrokePoints(9);
    const brush = { mode: 'add', radius: 9, hardness: 0.5 } as const;
    for (const [x, y] of [
      [20.13, 20],
      [20.2, 20],
      [40.4, 30.9],
      [70, 31],
    ]) {
      const from = points.count;
      points.add(x!, y!, 1);
      mask.paint(brush, points.values, from);
    }
    expect(points.count).toBe(3);
    const operation: MaskOperation = { op: 'stroke', ...brush, points: points.toString() };
    mask.keep([operation]);
    expect(mask.canvas.data).toEqual(whole(operation));
    mask.follow(before);
    expect(mask.canvas.data).toEqual(whole());
  });

  it('takes back what was painted and not kept', () => {
    const mask = new DrawnMask(size, whole(a), [a]);
    mask.paint({ mode: 'erase', radius: 20, hardness: 1 }, [20, 20, 1], 0);
    expect(mask.canvas.data).toEqual(whole());
    expect(mask.cancel()).toBeDefined();
    expect(mask.canvas.data).toEqual(whole(a));
    expect(mask.cancel()).toBeUndefined();
  });

  it('takes over what was drawn elsewhere, to be undone like the rest', () => {
    const mask = empty();
    const [one, two] = [[a], [a, grow]];
    mask.follow(one);
    expect(mask.addedBy(two)).toBe(grow);
    expect(mask.addedBy([b, grow])).toBeUndefined();
    mask.take(two, drawStrokes({ strokes: { ...size, ops: [grow] }, start: mask.canvas.data.slice() }));
    expect(mask.canvas.data).toEqual(whole(a, grow));
    expect(mask.follow(two)).toBeUndefined();
    mask.follow(one);
    expect(mask.canvas.data).toEqual(whole(a));
  });
});
