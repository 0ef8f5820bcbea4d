import { describe, expect, it } from 'vitest';
import { pinchChange } from '../../../client/pictures/pinch.ts';
import { fitView, keepInSight, showPoint, toPicture, zoomView } from '../../../client/pictures/stageView.ts';

const stage = { width: 824, height: 624 };

describe('how a picture lies on the screen', () => {
  it('fits whole, in the middle, small ones not beyond four times their size', () => {
    expect(fitView({ width: 1600, height: 600 }, stage)).toEqual({ scale: 0.5, x: 12, y: 162 });
    expect(fitView({ width: 10, height: 10 }, stage).scale).toBe(4);
  });

  it('zooms around a point, which stays', () => {
    const view = { scale: 0.5, x: 12, y: 162 };
    const at = { x: 300, y: 200 };
    const before = toPicture(view, at);
    const after = toPicture(zoomView(view, 2.5, at), at);
    expect(after.x).toBeCloseTo(before.x);
    expect(after.y).toBeCloseTo(before.y);
  });

  it('never loses the picture, and moves a point into sight', () => {
    const picture = { width: 100, height: 100 };
    expect(keepInSight({ scale: 1, x: -5000, y: 9000 }, picture, stage)).toEqual({
      scale: 1,
      x: -52,
      y: 576,
    });
    expect(showPoint({ scale: 1, x: -50, y: 0 }, { x: 10, y: 10 }, stage)).toEqual({
      scale: 1,
      x: 14,
      y: 14,
    });
    expect(showPoint({ scale: 1, x: 100, y: 100 }, { x: 10, y: 10 }, stage)).toEqual({
      scale: 1,
      x: 100,
      y: 100,
    });
  });
});

describe('two fingers', () => {
  it('move, zoom and turn', () => {
    const change = pinchChange(
      [
        { x: 0, y: 0 },
        { x: 10, y: 0 },
      ],
      [
        { x: 5, y: 5 },
        { x: 5, y: 25 },
      ],
    );
    expect(change).toEqual({ from: { x: 5, y: 0 }, to: { x: 5, y: 15 }, factor: 2, turn: 90 });
  });

  it('turn the short way round', () => {
    const fingers = (y: number) =>
      [
        { x: 10, y: 0 },
        { x: 0, y },
      ] as const;
    expect(pinchChange(fingers(1), fingers(-1)).turn).toBeCloseTo(11.42, 1);
  });
});
