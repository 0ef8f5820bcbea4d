import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nearestTemplate } from '../../../client/workbench/nearestTemplate.ts';
import { parseDocument } from '../../../workflows/schema/parseDocument.ts';
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

it('trains a model only for those who meant to', () => {
  const training = template('training', 'image/load', 'image/save', 'train/fine-tune');
  const other = template('other', 'image/load');
  expect(nearestTemplate(workflow('image/load', 'image/save'), [training, other])?.name).toBe('other');
  expect(nearestTemplate(workflow('image/load', 'train/fine-tune'), [training, other])?.name).toBe(
    'training',
  );
});

describe('of the templates that come with Impasto', () => {
  const folder = new URL('../../../workflows/templates/', import.meta.url);
  const templates = readdirSync(folder).map((file) => {
    const { document } = parseDocument(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    return { name: file.replace('.json', ''), document: document! };
  });
  const builtinRuns = templates.filter(({ document }) => document.models === undefined);

  it.each([
    ['phdiffusion', 'put-it-in-the-painting'],
    ['paint-by-example', 'put-it-in-the-painting'],
    ['paint-by-example-similarity', 'put-it-in-the-painting'],
    ['deep-painterly-harmonization', 'put-it-in-the-painting'],
    ['gatys-style-transfer', 'styleid'],
    ['image-to-image', 'variation'],
    ['text-to-image', 'variation'],
  ])('whoever lacks the model of %s is sent to %s', (asked, offered) => {
    const workflow = templates.find(({ name }) => name === asked)!.document;
    expect(nearestTemplate(workflow, builtinRuns)?.name).toBe(offered);
  });
});
