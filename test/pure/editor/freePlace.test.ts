import { describe, expect, it } from 'vitest';
import { freePlace } from '../../../client/editor/core/freePlace.ts';
import { overlaps } from '../../../client/editor/core/rect.ts';

const seen = { x: 0, y: 0, width: 1200, height: 800 };
const size = { width: 240, height: 120 };

describe('a new node', () => {
  it('comes into the middle of what is seen, when that is free', () => {
    expect(freePlace(size, seen, [{ x: 0, y: 0, width: 100, height: 800 }])).toEqual({ x: 480, y: 344 });
  });

  it('comes near the middle, in sight, beside what is there', () => {
    const taken = [{ x: 400, y: 200, width: 400, height: 400 }];
    const at = freePlace(size, seen, taken);
    expect(overlaps({ ...at, ...size }, taken[0]!)).toBe(false);
    expect(at.x >= 0 && at.y >= 0 && at.x + 240 <= 1200 && at.y + 120 <= 800).toBe(true);
    expect(Math.hypot(at.x - 480, at.y - 340)).toBeLessThan(320);
  });

  it('comes to the right of everything when all that is seen is taken', () => {
    const at = freePlace(size, seen, [seen, { x: 1200, y: 0, width: 300, height: 800 }]);
    expect(at).toEqual({ x: 1536, y: 344 });
  });
});
