import { describe, expect, it } from 'vitest';
import { groupContents } from '../../../client/editor/core/groupContents.ts';
import { fittingPort, searchNodes } from '../../../client/editor/core/nodeSearch.ts';
import { itemIds, noItems } from '../../../client/editor/core/itemIds.ts';
import { pruneSelection, toggleItems } from '../../../client/editor/core/selection.ts';
import { testCatalogue, testDocument, testNode } from './workbench.ts';

const found = (...args: [string, Parameters<typeof searchNodes>[2]?]): string[] =>
  searchNodes(testCatalogue, ...args).map((entry) => entry.description.type);

describe('searchNodes', () => {
  it('ranks titles before help, and needs every word', () => {
    expect(found('mix')[0]).toBe('image/mix');
    expect(found('image blur')).toEqual(['image/blur']);
    expect(found('nothing like it')).toEqual([]);
  });

  it('keeps types that a dragged link can end on', () => {
    expect(found('', { side: 'output', type: 'number' })).toEqual(['values/number']);
    expect(found('', { side: 'input', type: 'image' })).toEqual(['image/blur', 'image/mix']);
    expect(fittingPort(testCatalogue.get('image/mix')!, { side: 'input', type: 'number' })).toBe('amount');
  });
});

describe('selection', () => {
  const document = testDocument([testNode('a', 'image/load'), testNode('b', 'image/blur')]);

  it('adds items, and takes out those already in', () => {
    const both = toggleItems(itemIds({ nodes: ['a'] }), itemIds({ nodes: ['b'] }));
    expect(both.nodes).toEqual(['a', 'b']);
    expect(toggleItems(both, itemIds({ nodes: ['a'] })).nodes).toEqual(['b']);
  });

  it('forgets what is no longer there', () => {
    expect(pruneSelection(itemIds({ nodes: ['a', 'gone'] }), document).nodes).toEqual(['a']);
    expect(pruneSelection(noItems, document)).toBe(noItems);
  });
});

describe('groupContents', () => {
  it('holds what lies wholly within', () => {
    const nodes = [
      testNode('in', 'image/load', { x: 10, y: 10 }),
      testNode('out', 'image/load', { x: 90, y: 10 }),
    ];
    const group = { id: 'g', title: '', position: { x: 0, y: 0 }, size: { width: 150, height: 150 } };
    const document = { ...testDocument(nodes), groups: [group] };
    expect(groupContents(document, ['g'], () => ({ width: 100, height: 50 })).nodes).toEqual(['in']);
  });
});
