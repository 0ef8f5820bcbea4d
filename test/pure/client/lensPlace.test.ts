import { describe, expect, it } from 'vitest';
import type { RunStore } from '../../../client/connection/runStore.ts';
import type { FilmstripState } from '../../../client/workbench/filmstripState.ts';
import { lensPlaceOf } from '../../../client/workbench/lensPlace.ts';

/** `a.out > b.in` */
const link = (text: string) => {
  const [from, to] = text.split(' > ').map((end) => {
    const [node, port] = end.split('.');
    return { node, port };
  });
  return { from, to };
};
const links = [
  'photo.image > invert.latent',
  'invert.latent > sample.latent',
  'sample.latent > decode.latent',
  'decode.image > result.image',
  'photo.image > compare.before',
  'decode.image > compare.after',
].map(link);
const steps = [1, 2, 3].flatMap((step) => [
  { node: 'invert', step },
  { node: 'sample', step: step + 1 },
]);
const runs = { record: { id: 'run1' }, workflow: { document: { links } }, steps } as unknown as RunStore;
const filmstrip = { nodes: ['invert', 'sample'] } as unknown as FilmstripState;
const placeOf = (node: string, slot: string) =>
  lensPlaceOf({ runs, filmstrip }, { node, slot, file: '', width: 3, height: 2 });

describe('lensPlaceOf', () => {
  it('finds the last step of the nearest sampler before a picture', () => {
    expect(placeOf('result', 'image')).toEqual({ run: 'run1', node: 'sample', step: 4, ratio: 1.5 });
    expect(placeOf('compare', 'after')).toMatchObject({ node: 'sample' });
  });

  it('finds none for a picture that no sampler made', () => {
    expect(placeOf('compare', 'before')).toBeUndefined();
    expect(placeOf('photo', 'image')).toBeUndefined();
  });
});

it('an optimised picture came out of no step that can be looked into', () => {
  const optimised = { ...runs, steps: [{ node: 'sample', step: 1, losses: {} }] } as unknown as RunStore;
  const picture = { node: 'result', slot: 'image', file: '', width: 3, height: 2 };
  expect(lensPlaceOf({ runs: optimised, filmstrip }, picture)).toBeUndefined();
});
