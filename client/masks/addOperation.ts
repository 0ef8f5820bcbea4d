import { countPoints, DRAWING_LIMITS, type MaskOperation } from '../../drawing/strokes.ts';

const counted = new WeakMap<readonly MaskOperation[], number>();

/** `countPoints`, counted once. */
export function pointsIn(operations: readonly MaskOperation[]): number {
  let count = counted.get(operations);
  if (count === undefined) counted.set(operations, (count = countPoints(operations)));
  return count;
}

/**
 * The operations with one more; what it makes irrelevant is left out. `full` when the drawing cannot hold it.
 * `hasStart`: the drawing begins with a mask, which an empty list of operations would bring back.
 */
export function addOperation(
  operations: readonly MaskOperation[],
  operation: MaskOperation,
  hasStart: boolean,
): MaskOperation[] | 'full' {
  if (operation.op === 'clear' && !hasStart) return [];
  if (operation.op === 'clear' || operation.op === 'all') return [operation];
  if (operations.length >= DRAWING_LIMITS.operations) return 'full';
  const next = [...operations, operation];
  const points = pointsIn(operations) + countPoints([operation]);
  if (points > DRAWING_LIMITS.points) return 'full';
  counted.set(next, points);
  return next;
}
