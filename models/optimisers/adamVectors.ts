import type { AdamStep } from './adamLoop.ts';
import { product, quotient, squareRoot, sum, sumWithProduct } from './vectors/vectorCode.ts';
import { vectorLoop } from './vectors/vectorLoop.ts';

/** Makes `adamLoop` in float32 of vector instructions, which give the same bits in a quarter of the time. */
export function adamVectors(): AdamStep {
  const [plain, decaying] = [vectorsOfAdam({ decays: false }), vectorsOfAdam({ decays: true })];
  return (arrays, numbers) => {
    const { beta1, beta2, stepSize, decay } = numbers;
    const loop = decay === 0 ? plain : decaying;
    loop(arrays, { ...numbers, rest1: 1 - beta1, rest2: 1 - beta2, step: -stepSize });
  };
}

function vectorsOfAdam({ decays }: { readonly decays: boolean }) {
  return vectorLoop({
    arrays: ['values', 'gradients', 'first', 'second'],
    changed: ['values', 'first', 'second'],
    numbers: ['shrink', 'decay', 'beta1', 'rest1', 'beta2', 'rest2', 'step', 'rootScale', 'epsilon'],
    body: ({ get, set }) => {
      const root = sum(quotient(squareRoot(get('second')), get('rootScale')), get('epsilon'));
      const change = quotient(product(get('step'), get('first')), root);
      return [
        ...(decays ? [set('gradients', sumWithProduct(get('gradients'), get('decay'), get('values')))] : []),
        set('values', product(get('values'), get('shrink'))),
        set('first', product(get('first'), get('beta1'))),
        set('first', sumWithProduct(get('first'), get('rest1'), get('gradients'))),
        set('second', product(get('second'), get('beta2'))),
        set(
          'second',
          sumWithProduct(get('second'), product(get('rest2'), get('gradients')), get('gradients')),
        ),
        set('values', sum(get('values'), change)),
      ];
    },
  });
}
