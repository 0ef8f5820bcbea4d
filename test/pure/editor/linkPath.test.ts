import { describe, expect, it } from 'vitest';
import { linkPath } from '../../../client/editor/canvas/linkPath.ts';

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
    const ends = { from: upper, to: lower, lane: 0 };
    const down = linkPath({ x: 200, y: 50 }, { x: 0, y: 190 }, ends);
    const up = linkPath({ x: 200, y: 190 }, { x: 0, y: 50 }, { from: lower, to: upper, lane: 1 });
    for (const path of [down, up]) {
      const [, across] = crossings(path) as [number, number, number];
      expect(across).toBeGreaterThan(100);
      expect(across).toBeLessThan(140);
    }
  });

  it('that lead back to a node beside have no gap to run through', () => {
    const beside = { x: -300, y: 20, width: 200, height: 100 };
    expect(linkPath({ x: 200, y: 50 }, { x: -300, y: 70 }, { from: upper, to: beside, lane: 0 })).toContain(
      'C',
    );
  });
});
