import { ModelError } from './modelError.ts';

/** Shapes of a network's tensors by name. */
export type TensorShapes = ReadonlyMap<string, readonly number[]>;

/** One size of a tensor that a configuration is read off. Throws ModelError when it is not there. */
export function sizeOf(
  shapes: TensorShapes,
  name: string,
  { axis, file }: { axis: number; file: string },
): number {
  const size = shapes.get(name)?.[axis];
  if (size === undefined) {
    throw new ModelError('layout', `${file}: the tensor ${name} is missing or has too few axes`);
  }
  return size;
}

/** Blocks of one kind that a network may have; published ones have up to 24. Each costs time to build. */
export const MOST_BLOCKS = 64;
/** Resolutions that a network may have: each halves the picture. */
export const MOST_LEVELS = 8;

/** How many of PREFIX.0, PREFIX.1, ... there are. Throws ModelError when they are more than any network has. */
export function countBlocks(shapes: TensorShapes, prefix: string, most = MOST_BLOCKS): number {
  const numbers = new Set<string>();
  for (const name of shapes.keys()) {
    if (name.startsWith(`${prefix}.`)) numbers.add(name.slice(prefix.length + 1).split('.')[0]!);
  }
  const count = [...numbers].filter((number) => /^\d+$/.test(number)).length;
  if (count <= most) return count;
  throw new ModelError('layout', `${count} blocks called ${prefix} are more than any network has`);
}
