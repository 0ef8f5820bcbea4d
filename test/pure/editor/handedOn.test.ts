import { describe, expect, it } from 'vitest';
import { createCatalogue } from '../../../client/editor/core/nodeCatalogue.ts';
import { handedOn } from '../../../client/editor/core/handedOn.ts';
import { describeNodes } from '../../../server/engine/describeNode.ts';
import { nodeRegistry } from '../../../nodes/index.ts';
import { testDocument, testNode } from './workbench.ts';

const catalogue = createCatalogue([...describeNodes(nodeRegistry).values()]);
const value = catalogue.get('values/number')!.description.parameters[0]!;
const nodes = [
  testNode('number', 'values/number'),
  testNode('second', 'values/number'),
  testNode('resize', 'image/resize'),
  testNode('sample', 'diffusion/sample'),
];
const limitsWith = (...links: string[]) =>
  handedOn({ document: testDocument(nodes, links), catalogue }, 'number', value);

describe('a number that is only handed on', () => {
  it('keeps its own limits while it feeds nothing', () => {
    expect(limitsWith()).toBe(value);
  });

  it('takes limits, step, unit and default from what it feeds', () => {
    const limits = limitsWith('number.number > resize.width', 'number.number > resize.height');
    const expected = { control: 'integer', min: 8, max: 4096, step: 8, unit: 'px', default: 512 };
    expect(limits).toMatchObject({ ...expected, name: 'value', title: 'Value' });
  });

  it('takes what suits all, also of those behind another number', () => {
    const limits = limitsWith(
      'number.number > second.value',
      'second.number > resize.width',
      'number.number > sample.steps',
    );
    expect(limits).toMatchObject({ control: 'integer', min: 8, max: 500, step: 8 });
    expect(limits.unit).toBeUndefined();
  });

  it('keeps its own limits where no value would suit all', () => {
    expect(limitsWith('number.number > resize.width', 'number.number > sample.strength')).toBe(value);
  });
});
