import { expect, it } from 'vitest';
import { tensor } from '../../../models/tensor/tensor.ts';
import {
  anchorWindow,
  keyOffsets,
  movedWindow,
  windowMask,
} from '../../../models/training/phdiffusion/contrastiveWindow.ts';

const maskOf = (rows: readonly number[][]) =>
  tensor([1, 1, rows.length, rows[0]!.length], Float32Array.from(rows.flat()));

it('the window is the box of the mask with rows for columns; soft edges do not count', () => {
  const mask = maskOf([
    [0, 0.9, 0, 0],
    [0, 1, 1, 1],
    [0, 0, 1, 0],
    [0, 0, 0, 0],
  ]);
  const window = anchorWindow(mask);
  expect(window).toEqual({ rows: [1, 3], columns: [1, 2] });
  expect([...windowMask(window, 4, 4).data]).toEqual([0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0]);
});

it('an empty mask has the corner', () => {
  expect(
    anchorWindow(
      maskOf([
        [0, 0.5],
        [0, 0],
      ]),
    ),
  ).toEqual({ rows: [0, 0], columns: [0, 0] });
});

it('the keys have a window of the same size, from as far as the authors draw it', () => {
  const window = { rows: [11, 31], columns: [6, 17] } as const;
  expect(keyOffsets(window, { height: 32, width: 32 })).toEqual({ left: 18, bottom: 9 });
  expect(keyOffsets({ rows: [0, 31], columns: [0, 31] }, { height: 32, width: 32 })).toEqual({
    left: 0,
    bottom: 0,
  });
  expect(movedWindow(window, { left: 1, bottom: 2 })).toEqual({ rows: [2, 22], columns: [1, 12] });
});
