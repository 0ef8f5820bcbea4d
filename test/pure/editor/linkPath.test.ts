import { describe, expect, it } from 'vitest';
import { linkPath } from '../../../client/editor/canvas/linkPath.ts';
import type { Rect } from '../../../client/editor/core/rect.ts';

const upper = { x: 0, y: 0, width: 200, height: 100 };
const lower = { x: 0, y: 140, width: 200, height: 100 };

/** The lines across, left to right or back, by their height. */
function crossings(path: string): number[] {
  return [...path.matchAll(/ (-?[\d.]+)H/g)].map(([, y]) => Number(y));
}

describe('links', () => {
  it('lead on in one curve', () => {
    expect(linkPath({ x: 200, y: 50 }, { x: 300, y: 80 })).toMatch(/^M200 50C.* 300 80$/);
  });

  it('that lead back run through the gap between their nodes, downwards and upwards', () => {
    const ends = { from: upper, to: lower, others: [], lane: 0 };
    const down = linkPath({ x: 200, y: 50 }, { x: 0, y: 190 }, ends);
    const up = linkPath({ x: 200, y: 190 }, { x: 0, y: 50 }, { from: lower, to: upper, others: [], lane: 1 });
    for (const path of [down, up]) {
      const [, across] = crossings(path) as [number, number, number];
      expect(across).toBeGreaterThan(100);
      expect(across).toBeLessThan(140);
    }
  });

  it('that lead back to a node beside have no gap to run through', () => {
    const beside = { x: -300, y: 20, width: 200, height: 100 };
    expect(
      linkPath({ x: 200, y: 50 }, { x: -300, y: 70 }, { from: upper, to: beside, others: [], lane: 0 }),
    ).toContain('C');
  });

  describe('that would run behind nodes', () => {
    const target = { x: 600, y: 0, width: 200, height: 100 };
    const wall = { x: 300, y: -200, width: 200, height: 280 };
    const path = (...others: Rect[]) =>
      linkPath({ x: 200, y: 50 }, { x: 600, y: 50 }, { from: upper, to: target, others, lane: 0 });

    it('cross them in the nearest gap', () => {
      expect(path()).toContain('C');
      expect(crossings(path(wall))).toContain(88);
      const floor = { ...wall, y: 120, height: 300 };
      expect(crossings(path(wall, floor))).toContain(88);
    });

    it('are plain where there is none', () => {
      expect(
        path({ ...wall, y: -2000, height: 4000 }, { ...wall, x: 250, y: -5000, height: 9000 }),
      ).toContain('C');
    });
  });
});
