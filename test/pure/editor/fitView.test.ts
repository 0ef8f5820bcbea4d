import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { fitView } from '../../../client/editor/canvas/fitView.ts';
import { parseDocument } from '../../../workflows/schema/parseDocument.ts';

const size = { width: 928, height: 631 };
const corner = { x: size.width - 184, y: size.height - 48 };

describe('the view of a whole workflow', () => {
  it('is in the middle, and never larger than it is', () => {
    const bounds = { x: 100, y: 100, width: 200, height: 100 };
    expect(fitView({ bounds, solid: [bounds] }, size)).toEqual({ k: 1, x: 264, y: 165.5 });
  });

  it.each([
    { width: 1344, height: 600 },
    { width: 1344, height: 886 },
    { width: 800, height: 886 },
  ])('keeps what lies in the corner clear of the zoom bar: %o', (extent) => {
    const bounds = { x: 0, y: 0, ...extent };
    const { k, x, y } = fitView({ bounds, solid: [bounds] }, size);
    const [right, bottom] = [extent.width * k + x, extent.height * k + y];
    expect(right < corner.x || bottom < corner.y).toBe(true);
    expect([x, y, size.width - right, size.height - bottom].every((space) => space >= 15.9)).toBe(true);
  });

  it('leaves no room for the zoom bar where only empty canvas is', () => {
    const bounds = { x: 0, y: 0, width: 896, height: 599 };
    expect(fitView({ bounds, solid: [{ x: 0, y: 0, width: 100, height: 100 }] }, size)).toEqual({
      k: 1,
      x: 16,
      y: 16,
    });
  });

  it('shows the StyleID template large enough to be read on a small screen', () => {
    const text = readFileSync(new URL('../../../workflows/templates/styleid.json', import.meta.url), 'utf8');
    const { groups, notes } = parseDocument(text).document!;
    const rects = [...groups, ...notes].map(({ position, size: extent }) => ({ ...position, ...extent }));
    const right = Math.max(...rects.map((rect) => rect.x + rect.width));
    const bottom = Math.max(...rects.map((rect) => rect.y + rect.height));
    const [left, top] = [Math.min(...rects.map(({ x }) => x)), Math.min(...rects.map(({ y }) => y))];
    const bounds = { x: left, y: top, width: right - left, height: bottom - top };
    expect(fitView({ bounds, solid: [] }, size).k).toBeGreaterThan(0.64);
  });
});
