import { describe, expect, it } from 'vitest';
import { placementOf, scaleBy, turnBy } from '../../../client/compositor/placementEdits.ts';
import { dragHandle, handleAt, handlesOf } from '../../../client/compositor/placementHandles.ts';
import { placementByKey } from '../../../client/compositor/placementKeys.ts';

const sizes = { cutout: { width: 100, height: 60 }, background: { width: 400, height: 300 } };
const stage = { width: 800, height: 600 };
const toScreen = ({ x, y }: { x: number; y: number }) => ({ x: x * 2, y: y * 2 });
const start = placementOf({});
const handles = (changes = {}) => handlesOf({ ...start, ...changes }, sizes, { toScreen, stage });
const drag = (
  handle: 'move' | 'scale' | 'turn',
  from: [number, number],
  to: [number, number],
  even = false,
) =>
  dragHandle(
    { placement: start, sizes, handle },
    { from: { x: from[0], y: from[1] }, to: { x: to[0], y: to[1] }, even },
  );

describe('a placement', () => {
  it('is read from what a file says, with the defaults for all else', () => {
    expect(placementOf({ x: 5, scale: 'big', flipX: true }, { scale: 2, rotation: 7 })).toEqual({
      x: 5,
      y: 0,
      scale: 1,
      rotation: 7,
      flipX: true,
      flipY: false,
    });
  });

  it('stays within what the node takes', () => {
    expect(scaleBy(start, 1e9).scale).toBe(50);
    expect(scaleBy(start, 0).scale).toBe(0.01);
    expect(turnBy({ ...start, rotation: 170 }, 20).rotation).toBe(-170);
    expect(drag('move', [0, 0], [1e9, 0]).x).toBe(16_384);
  });
});

describe('handles', () => {
  it('are at the corners, and above: also when it is turned', () => {
    expect(handles().corners[0]).toEqual({ x: 300, y: 240 });
    expect(handles().turn).toEqual({ x: 400, y: 208 });
    const turned = handles({ rotation: 90 });
    expect(turned.corners[0]).toEqual({ x: 460, y: 200 });
    expect(turned.turn.x).toBeCloseTo(492);
  });

  it('can be reached when the cut-out is larger than the stage', () => {
    const { corners, turn } = handles({ scale: 20 });
    expect(corners[2]).toEqual({ x: 786, y: 586 });
    expect(turn.x).toBeCloseTo(400);
    expect(turn.y).toBe(14);
  });

  it('are told apart, and a tiny cut-out can be moved', () => {
    expect(handleAt(handles(), { x: 305, y: 245 })).toBe('scale');
    expect(handleAt(handles(), { x: 400, y: 210 })).toBe('turn');
    expect(handleAt(handles(), { x: 340, y: 300 })).toBe('move');
    expect(handleAt(handles(), { x: 200, y: 300 })).toBeUndefined();
    expect(handleAt(handles({ scale: 0.01 }), { x: 408, y: 305 })).toBe('move');
  });

  it('move to whole pixels, scale about the middle and turn with the pointer', () => {
    expect(drag('move', [10, 10], [22.4, 5.4])).toMatchObject({ x: 12, y: -5 });
    expect(drag('move', [10, 10], [22.4, 5.4], true)).toMatchObject({ x: 12, y: 0 });
    expect(drag('scale', [220, 150], [250, 150])).toMatchObject({ scale: 2.5, x: 0 });
    expect(drag('turn', [200, 100], [250, 150])).toMatchObject({ rotation: 90 });
    expect(drag('turn', [200, 100], [210, 100], true)).toMatchObject({ rotation: 15 });
  });
});

describe('keys', () => {
  const by = (key: string, shiftKey = false) => placementByKey({ key, shiftKey }, start);
  it('move, scale, turn and flip', () => {
    expect(by('ArrowLeft')).toMatchObject({ x: -1, y: 0 });
    expect(by('ArrowDown', true)).toMatchObject({ x: 0, y: 10 });
    expect(by('+')?.scale).toBe(1.02);
    expect(by('-')?.scale).toBe(0.9804);
    expect([by('r')?.rotation, by('R', true)?.rotation]).toEqual([5, -5]);
    expect([by('h')?.flipX, by('V')?.flipY]).toEqual([true, true]);
    expect(by('q')).toBeUndefined();
  });
});
