import type { Dim } from './dim.ts';

type Sizes = Readonly<Record<string, number>>;

/** An axis with these sizes in the place of its names: a number where all of them are known, else as it is. */
export function withSizes(dim: Dim, sizes: Sizes): Dim {
  const size = `${dim}`.split('*').reduce((product, factor) => product * sizeOfFactor(factor, sizes), 1);
  return Number.isNaN(size) ? dim : size;
}

/** The length of an axis where its names have these sizes. Throws RangeError where one is not given. */
export function sizeOfDim(dim: Dim | undefined, sizes: Sizes): number {
  const size = withSizes(dim!, sizes);
  if (typeof size === 'number') return size;
  throw new RangeError(`The size of the axis ${size} is not given`);
}

/** NaN where it is not known. Products within a sum are written with dots (see sumOf). */
function sizeOfFactor(factor: string, sizes: Sizes): number {
  if (!factor.startsWith('(')) return sizes[factor] ?? Number(factor);
  const terms = factor.slice(1, -1).split('+');
  return terms
    .map((term) => sizes[term] ?? Number(withSizes(term.replaceAll('.', '*'), sizes)))
    .reduce((sum, term) => sum + term);
}
