import { describe, expect, it } from 'vitest';
import { invertAffine, mapPoint } from '../../../drawing/affine.ts';
import { placementMap } from '../../../drawing/placement.ts';

const sizes = { cutout: { width: 40, height: 20 }, background: { width: 200, height: 100 } };
const still = { x: 0, y: 0, scale: 1, rotation: 0, flipX: false, flipY: false };

describe('a placement', () => {
  it('puts the cut-out in the middle by default, pixel on pixel', () => {
    expect(mapPoint(placementMap(still, sizes), { x: 0, y: 0 })).toEqual({ x: 80, y: 40 });
  });

  it('moves, scales, turns clockwise and flips about the middle', () => {
    const map = placementMap({ ...still, x: 10, y: -5, scale: 2, rotation: 90 }, sizes);
    expect(mapPoint(map, { x: 20, y: 10 })).toEqual({ x: 110, y: 45 });
    // The middle of the right edge points down.
    expect(mapPoint(map, { x: 40, y: 10 })).toEqual({ x: 110, y: 85 });
    const flipped = placementMap({ ...still, flipX: true }, sizes);
    expect(mapPoint(flipped, { x: 0, y: 0 })).toEqual({ x: 120, y: 40 });
    const turned = placementMap({ ...still, flipY: true, rotation: 30 }, sizes);
    const end = mapPoint(turned, { x: 20, y: 0 });
    expect(end.x).toBeCloseTo(100 - 10 * Math.sin(Math.PI / 6));
    expect(end.y).toBeCloseTo(50 + 10 * Math.cos(Math.PI / 6));
  });

  it('has a way back, unless it flattens everything', () => {
    const map = placementMap({ ...still, x: 3, scale: 0.7, rotation: 33, flipX: true }, sizes);
    const there = mapPoint(map, { x: 7, y: 11 });
    const back = mapPoint(invertAffine(map)!, there);
    expect(back.x).toBeCloseTo(7);
    expect(back.y).toBeCloseTo(11);
    expect(invertAffine(placementMap({ ...still, scale: 0 }, sizes))).toBeUndefined();
  });
});
