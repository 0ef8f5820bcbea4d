import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WeightSource } from '../../models/weights/weightSource.ts';

export type Shapes = Map<string, readonly number[]>;

/** Weights of these shapes that nobody reads. */
export function shaped(shapes: Iterable<readonly [string, readonly number[]]>, title = 'file'): WeightSource {
  const tensors = new Map([...shapes].map(([name, shape]) => [name, { dtype: 'float16', shape }] as const));
  return { title, tensors, read: () => Promise.reject(new Error('only shapes')) };
}

const golden = fileURLToPath(new URL('../../../shared/golden/', import.meta.url));

/** Whether the published lists of names and shapes are beside the clone. */
export const hasShapes = existsSync(golden);
/** Behind the title of what is skipped without them. */
export const shapesNote = hasShapes ? '' : ' (skipped: no golden data)';

/** A list of the golden data. */
export function goldenShapes(file: string): Shapes {
  return new Map(Object.entries(readGolden<Record<string, number[]>>(file)));
}

export function readGolden<T>(file: string): T {
  return JSON.parse(readFileSync(golden + file, 'utf8')) as T;
}

/** The same names behind a prefix. */
export function prefixed(
  prefix: string,
  shapes: ReadonlyMap<string, readonly number[]>,
): [string, readonly number[]][] {
  return [...shapes].map(([name, shape]) => [prefix + name, shape]);
}
