/**
 * One axis of a shape: a size, or the name of a size that is only known when the graph runs (the batch `B`,
 * the number of keys, ...). Two symbolic axes are equal when their names are. A name that begins with `?` is the
 * size of whatever it is broadcast against, or 1.
 */
export type Dim = number | string;

export type Shape = readonly Dim[];

export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** The product of axes; symbolic factors stay visible in the name (`B*4096`). */
export function productOf(dims: Shape): Dim {
  let size = 1;
  const names: string[] = [];
  for (const factor of dims.flatMap((dim) => `${dim}`.split('*'))) {
    if (Number.isNaN(Number(factor))) names.push(factor);
    else size *= Number(factor);
  }
  if (names.length === 0) return size;
  names.sort();
  return size === 1 ? names.join('*') : [...names, size].join('*');
}

/** The sum of axes, as of a concatenation; a symbolic sum is one new name, not split into factors again. */
export function sumOf(dims: Shape): Dim {
  if (dims.every((dim) => typeof dim === 'number')) return dims.reduce((sum, dim) => sum + dim, 0);
  return `(${dims.join('+').replaceAll('*', '.')})`;
}

/**
 * Numpy broadcasting. A symbolic axis against a size above 1 becomes that size, and two different names become
 * the left one: onnxruntime checks those when the graph runs. Returns undefined when sizes contradict.
 */
export function broadcastShapes(left: Shape, right: Shape): Shape | undefined {
  const rank = Math.max(left.length, right.length);
  const result: Dim[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const a = left[axis - rank + left.length] ?? 1;
    const b = right[axis - rank + right.length] ?? 1;
    const dim = broadcastDims(a, b);
    if (dim === undefined) return undefined;
    result.push(dim);
  }
  return result;
}

function broadcastDims(a: Dim, b: Dim): Dim | undefined {
  if (a === b || b === 1 || isFlexible(b)) return a;
  if (a === 1 || isFlexible(a)) return b;
  if (typeof a === 'string') return typeof b === 'number' ? b : a;
  return typeof b === 'string' ? a : undefined;
}

function isFlexible(dim: Dim): boolean {
  return typeof dim === 'string' && dim.startsWith('?');
}
