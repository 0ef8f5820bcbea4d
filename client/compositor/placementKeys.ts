import type { Placement } from '../../drawing/placement.ts';
import { move, scaleBy, turnBy } from './placementEdits.ts';

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const [LARGER, DEGREES, FINE_DEGREES] = [1.02, 5, 1];

/** The placement after a key; undefined for a key that says nothing of it. */
export function placementByKey(
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  placement: Placement,
): Placement | undefined {
  const arrow = arrows[key];
  const far = shiftKey ? 10 : 1;
  if (arrow) return move(placement, arrow[0] * far, arrow[1] * far);
  switch (key.toLowerCase()) {
    case '+':
    case '=':
      return scaleBy(placement, LARGER);
    case '-':
    case '_':
      return scaleBy(placement, 1 / LARGER);
    case 'r':
      return turnBy(placement, shiftKey ? -DEGREES : DEGREES);
    case '.':
    case '>':
      return turnBy(placement, FINE_DEGREES);
    case ',':
    case '<':
      return turnBy(placement, -FINE_DEGREES);
    case 'h':
      return { ...placement, flipX: !placement.flipX };
    case 'v':
      return { ...placement, flipY: !placement.flipY };
    default:
      return undefined;
  }
}
