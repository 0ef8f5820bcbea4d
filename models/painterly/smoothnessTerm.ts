import type { Value } from '../graph/value.ts';
import { PIXELS, type LossTerm } from './lossTerm.ts';
import type { Plane } from './plane.ts';

/**
 * Total variation, squared: half the sum of squared differences to the right and lower neighbours, without the last row and
 * column. It is not reported, as in the published program.
 */
export function smoothnessTerm({
  weight,
  mask,
}: {
  readonly weight: number;
  readonly mask?: Plane;
}): LossTerm {
  return {
    name: 'smoothness',
    layer: PIXELS,
    weight,
    ...(mask ? { mask } : {}),
    unreported: true,
    build: ({ response: pixels }) => {
      const [rows, columns] = [pixels.size(2) - 1, pixels.size(3) - 1];
      if (rows === 0 || columns === 0) return { loss: pixels.mul(0).sum() };
      const part = (down: number, right: number): Value =>
        pixels.slice(down, rows, 2).slice(right, columns, 3);
      const [across, along] = [part(0, 1).sub(part(0, 0)), part(1, 0).sub(part(0, 0))];
      const squares = across.mul(across).add(along.mul(along));
      return { loss: squares.sum().mul(0.5) };
    },
  };
}
