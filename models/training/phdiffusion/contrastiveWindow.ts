import type { Tensor } from '../../tensor/tensor.ts';

/** Rows and columns, both ends included. */
export interface Window {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

/**
 * Where PHDiffusion's contrastive loss looks in the prediction: the box of a mask `[1, 1, h, w]` where it is 1, taken with
 * rows for columns, as its authors' code does; the corner where there is none.
 */
export function anchorWindow({ shape, data }: Tensor): Window {
  const width = shape[3]!;
  let [top, bottom, left, right] = [Infinity, 0, Infinity, 0];
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== 1) continue;
    const [row, column] = [Math.floor(i / width), i % width];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
  }
  if (top === Infinity) return { rows: [0, 0], columns: [0, 0] };
  return { rows: [left, right], columns: [top, bottom] };
}

/** The largest offsets that the window of the keys, as large as the anchor's, is drawn from; the smallest is 0. */
export function keyOffsets(
  { rows, columns }: Window,
  { height, width }: { readonly height: number; readonly width: number },
): { readonly left: number; readonly bottom: number } {
  const extent = ([first, last]: readonly [number, number]) => last - first + 1;
  return {
    left: Math.max(0, width - extent(columns) - 2),
    bottom: Math.max(0, height - extent(rows) - 2),
  };
}

/** A window of that size elsewhere. */
export function movedWindow({ rows, columns }: Window, offset: { left: number; bottom: number }): Window {
  return {
    rows: [offset.bottom, offset.bottom + rows[1] - rows[0]],
    columns: [offset.left, offset.left + columns[1] - columns[0]],
  };
}

/** 1 within the window, else 0: `[1, 1, height, width]`. What lies outside is cut off, as by slicing. */
export function windowMask({ rows, columns }: Window, height: number, width: number): Tensor {
  const data = Float32Array.from({ length: height * width }, (_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    const inside = row >= rows[0] && row <= rows[1] && column >= columns[0] && column <= columns[1];
    return inside ? 1 : 0;
  });
  return { shape: [1, 1, height, width], data };
}
