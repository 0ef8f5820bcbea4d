/** Cells over a picture, row by row: the last ones may reach over its edge. */
export interface TokenGrid {
  readonly width: number;
  readonly height: number;
  /** How many of them the picture is wide and high. */
  readonly across: number;
  readonly down: number;
}

/** Where a cell lies over the picture, as CSS. */
export function markOf(
  { across, down }: TokenGrid,
  { column, row }: { readonly column: number; readonly row: number },
): Record<'left' | 'top' | 'width' | 'height', string> {
  const share = (value: number, count: number): string => `${(100 * value) / count}%`;
  return {
    left: share(column, across),
    top: share(row, down),
    width: share(1, across),
    height: share(1, down),
  };
}
