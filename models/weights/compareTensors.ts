import { elementCount } from '../tensor/tensor.ts';

type Shapes = ReadonlyMap<string, readonly number[]>;

/** What a weight file has instead of what a network needs. */
export interface TensorDifference {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  /** Name, shape found, shape expected. */
  readonly misshaped: readonly string[];
}

/** Names come from files and may be of any length; published ones have up to 90 characters. */
const LONGEST_NAME = 160;

/** Buffers that some versions of the libraries save and others do not; they hold 0, 1, 2, ... */
const OPTIONAL = /(?:^|\.)position_ids$/;

export function compareTensors(found: Shapes, expected: Shapes): TensorDifference {
  const misshaped: string[] = [];
  for (const [name, shape] of expected) {
    const other = found.get(name);
    if (other && !sameElements(other, shape)) misshaped.push(describeMisshaped(name, other, shape));
  }
  return {
    missing: [...expected.keys()].filter((name) => !found.has(name)),
    extra: [...found.keys()].filter((name) => !expected.has(name) && !OPTIONAL.test(name)),
    misshaped,
  };
}

export function differenceCount({ missing, extra, misshaped }: TensorDifference): number {
  return missing.length + extra.length + misshaped.length;
}

/** `3 tensors are missing: a; b; c. 1 tensor is not part of it: d.`, the first ten of each. */
export function describeDifference({ missing, extra, misshaped }: TensorDifference): string {
  const parts = [
    [missing, 'missing'],
    [misshaped, 'of another shape than expected'],
    [extra, 'not part of it'],
  ] as const;
  return parts
    .filter(([names]) => names.length > 0)
    .map(([names, what]) => `${countOf(names)} ${what}: ${firstTen(names)}`)
    .join('. ');
}

/** A stored tensor may have other axes of size 1 (`[C, C]` for `[C, C, 1, 1]`). */
export function sameElements(found: readonly number[], expected: readonly number[]): boolean {
  const significant = (shape: readonly number[]) => shape.filter((size) => size !== 1).join();
  return elementCount(found) === elementCount(expected) && significant(found) === significant(expected);
}

export function describeMisshaped(
  name: string,
  found: readonly number[],
  expected: readonly number[],
): string {
  const list = (shape: readonly number[]) => `[${shape.slice(0, 8).join(', ')}]`;
  return `${name.slice(0, LONGEST_NAME)} ${list(found)}, expected ${list(expected)}`;
}

function countOf(names: readonly string[]): string {
  return names.length === 1 ? '1 tensor is' : `${names.length} tensors are`;
}

function firstTen(names: readonly string[]): string {
  const shown = names.slice(0, 10).map((name) => name.slice(0, LONGEST_NAME + 80));
  return shown.join('; ') + (names.length > 10 ? '; ...' : '');
}
