import { expect, it } from 'vitest';
import { nearestTemplate } from '../../../client/workbench/nearestTemplate.ts';
import { toyDocument } from '../engine/toyNodes.ts';

const workflow = (...types: string[]) =>
  toyDocument(Object.fromEntries(types.map((type, at) => [`n${at}`, [type]])), []);
const template = (name: string, ...types: string[]) => ({ name, document: workflow(...types) });

it('is the template with the most of the same nodes, and the fewest others', () => {
  const asked = workflow('image/load', 'image/load', 'image/composite', 'harmonise/def');
  const near = template('near', 'image/load', 'image/load', 'image/composite', 'latent/adain');
  const large = template('large', 'image/load', 'image/load', 'image/composite', 'a/b', 'a/c', 'a/d');
  const far = template('far', 'image/load', 'latent/encode');
  expect(nearestTemplate(asked, [far, large, near])?.name).toBe('near');
});

it('is none when nothing is alike', () => {
  expect(nearestTemplate(workflow('a/b'), [template('x', 'c/d')])).toBeUndefined();
  expect(nearestTemplate(workflow(), [template('x')])).toBeUndefined();
});
