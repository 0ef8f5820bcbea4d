import { expect, it } from 'vitest';
import { percent } from '../../../client/filmstrip/percent.ts';
import { markOf } from '../../../client/filmstrip/tokenGrid.ts';

it('a token lies where it is in the picture, also where the last ones reach over its edge', () => {
  const grid = { width: 5, height: 1, across: 4.5, down: 1 };
  expect(markOf(grid, { column: 0, row: 0 })).toMatchObject({ left: '0%', top: '0%', height: '100%' });
  expect(parseFloat(markOf(grid, { column: 4, row: 0 }).left)).toBeCloseTo(400 / 4.5, 9);
  expect(parseFloat(markOf(grid, { column: 4, row: 0 }).width)).toBeCloseTo(100 / 4.5, 9);
});

it('percents keep two digits that count', () => {
  const told = [1, 0.9951, 0.0994, 0.00777, 0.0000777, 1e-9, 0].map(percent);
  expect(told).toEqual(['100 %', '100 %', '9.9 %', '0.78 %', '0.0078 %', '< 0.001 %', '0 %']);
});
