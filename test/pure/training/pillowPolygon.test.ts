import { describe, expect, it } from 'vitest';
import { fillPillowPolygon } from '../../../models/training/pillowPolygon.ts';

/** The rows of a plane, `#` where the polygon is filled. */
function filled(points: readonly (readonly [number, number])[], width = 9, height = 8): string[] {
  const data = new Float32Array(width * height);
  const corners = points.map(([x, y]) => ({ x, y }));
  fillPillowPolygon({ width, height, data }, corners, 1);
  return Array.from({ length: height }, (_, y) =>
    Array.from(data.subarray(y * width, (y + 1) * width), (value) => (value === 1 ? '#' : '.')).join(''),
  );
}

/** What Pillow 9.4 draws, by ImageDraw.polygon. */
describe('a polygon of Pillow', () => {
  it('has its outline inside, and loses fractions', () => {
    expect(
      filled([
        [1.9, 1.9],
        [5.9, 1],
        [5, 4],
        [1, 4],
      ]),
    ).toEqual([
      '.........',
      '.#####...',
      '.#####...',
      '.#####...',
      '.#####...',
      '.........',
      '.........',
      '.........',
    ]);
  });

  it('may reach beyond the picture: there halves are rounded about zero', () => {
    expect(
      filled([
        [11, 1],
        [-1, 4],
        [-3, -2],
        [7, 6],
      ]),
    ).toEqual([
      '#........',
      '##.......',
      '###....##',
      '#########',
      '.....####',
      '......###',
      '.......#.',
      '.........',
    ]);
    const around = filled([
      [-50, -50],
      [90, -50],
      [90, 90],
      [-50, 90],
    ]);
    expect(around).toEqual(Array(8).fill('#########'));
  });

  it('has both pixels where two edges meet between them', () => {
    expect(
      filled([
        [5, 2],
        [9, 9],
        [9, 0],
        [2, 2],
        [9, 0],
      ]),
    ).toEqual([
      '........#',
      '.....####',
      '..#..####',
      '......###',
      '......###',
      '.......##',
      '.......##',
      '........#',
    ]);
  });
});
