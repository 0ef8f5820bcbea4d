import { expect, it } from 'vitest';
import { productOf, sumOf } from '../../../models/graph/dim.ts';
import { sizeOfDim, withSizes } from '../../../models/graph/sizeOfDim.ts';

const sizes = { B: 2, tokens: 5, 'middle.keys': 7 };

it('an axis has the size that its names make: of products, of sums, and of products in sums', () => {
  expect(sizeOfDim(3, sizes)).toBe(3);
  expect(sizeOfDim(productOf(['B', 4, 'tokens']), sizes)).toBe(40);
  expect(sizeOfDim(sumOf([productOf(['B', 3]), 'tokens', 1]), sizes)).toBe(12);
  expect(sizeOfDim(productOf([sumOf(['B', 'middle.keys']), 10]), sizes)).toBe(90);
});

it('one of which not all is known stays as it is, or is refused by name', () => {
  const open = productOf(['B', 'E']);
  expect(withSizes(open, sizes)).toBe(open);
  expect(withSizes(sumOf(['B', 'E']), sizes)).toBe('(B+E)');
  expect(() => sizeOfDim(open, sizes)).toThrow('The size of the axis B*E is not given');
});
