import type { Dim } from './dim.ts';

/** The length of an axis where its symbolic factors have these sizes. Throws RangeError for one that is not given. */
export function sizeOfDim(dim: Dim | undefined, sizes: Readonly<Record<string, number>>): number {
  if (typeof dim === 'number') return dim;
  return `${dim}`.split('*').reduce((size, factor) => {
    const known = Number.isNaN(Number(factor)) ? sizes[factor] : Number(factor);
    if (known === undefined) throw new RangeError(`The size of the axis ${factor} is not given`);
    return size * known;
  }, 1);
}
