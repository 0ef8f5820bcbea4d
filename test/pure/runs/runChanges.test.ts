import { describe, expect, it } from 'vitest';
import { changesText } from '../../../client/panels/changesText.ts';
import { runChanges } from '../../../server/runs/runChanges.ts';
import type { WorkflowNode } from '../../../workflows/schema/document.ts';
import { testCatalogue, testDocument, testNode } from '../editor/workbench.ts';

const [load, mix] = [testNode('load', 'image/load'), testNode('mix', 'image/mix')];
const before = testDocument([load, mix], ['load.image > mix.a']);
const types = new Map([...testCatalogue].map(([type, { description }]) => [type, description]));

function textOf(nodes: WorkflowNode[], links = ['load.image > mix.a']): string {
  return changesText(runChanges(before, testDocument(nodes, links)), types);
}

describe('what tells a run from the one before', () => {
  it('is nothing when only places and titles are others', () => {
    expect(textOf([mix, { ...load, title: 'Photo', position: { x: 9, y: 9 } }])).toBe('Nothing changed');
  });

  it('is the values that are others, by the names that the editor shows', () => {
    const other = { ...mix, params: { amount: 0.25, seed: 'x'.repeat(200) } };
    const steps = { ...load, title: 'Steps', params: { ...load.params, value: 20 } };
    expect(textOf([steps, other])).toBe(`Steps 20, Amount 0.25, seed ${'x'.repeat(80)}`);
  });

  it('is another graph', () => {
    expect(textOf([load, mix], [])).toBe('Other nodes or links');
    expect(textOf([load])).toBe('Other nodes or links');
    expect(textOf([{ ...load, type: 'image/blur' }, mix])).toBe('Other nodes or links');
  });
});
