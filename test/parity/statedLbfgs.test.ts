import { expect, it } from 'vitest';
import { statedLbfgs } from '../../server/cli/parity/kinds/deepPainterly/statedLbfgs.ts';

const published = { kind: 'lbfgs', learningRate: 1, toleranceGradient: 1e-5, toleranceChange: 1e-9 } as const;

it('reads what a case says of L-BFGS, and takes the published numbers for the rest', () => {
  expect(statedLbfgs('torch7 optim.lbfgs: learningRate 0.25, history 7, tolFun=tolX=-1', published)).toEqual({
    kind: 'lbfgs',
    learningRate: 0.25,
    toleranceGradient: -1,
    toleranceChange: -1,
    history: 7,
  });
  expect(statedLbfgs('tolFun 2e-4, tolX 1e-9 (published run: maxIter 1000)', published)).toEqual({
    ...published,
    toleranceGradient: 2e-4,
  });
  expect(statedLbfgs(undefined, published)).toEqual(published);
});
