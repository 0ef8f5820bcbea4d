import { describe, expect, it } from 'vitest';
import { fragmentFromText, fragmentToText } from '../../../client/editor/core/clipboardText.ts';
import { adoptFragment, takeFragment } from '../../../client/editor/core/fragment.ts';
import { freshId } from '../../../client/editor/core/freshId.ts';
import { itemIds } from '../../../client/editor/core/itemIds.ts';
import { testDocument, testNode } from './workbench.ts';

const document = testDocument(
  [testNode('load', 'image/load'), testNode('blur', 'image/blur'), testNode('mix', 'image/mix')],
  ['load.image > blur.image', 'blur.image > mix.a'],
);

describe('fragments', () => {
  it('copies nodes with the links between them and no others', () => {
    const fragment = takeFragment(document, itemIds({ nodes: ['load', 'blur'] }));
    expect(fragment.nodes.map((node) => node.id)).toEqual(['load', 'blur']);
    expect(fragment.links).toHaveLength(1);
  });

  it('gives pasted nodes new ids, leads their links to them and moves them', () => {
    const fragment = takeFragment(document, itemIds({ nodes: ['load', 'blur'] }));
    const adopted = adoptFragment(document, fragment, { x: 40, y: 8 });
    expect(adopted.nodes.map((node) => node.id)).toEqual(['load-2', 'blur-2']);
    expect(adopted.links[0]).toEqual({
      from: { node: 'load-2', port: 'image' },
      to: { node: 'blur-2', port: 'image' },
    });
    expect(adopted.nodes[0]?.position).toEqual({ x: 40, y: 8 });
  });

  it('survives the clipboard', () => {
    const fragment = takeFragment(document, itemIds({ nodes: ['load', 'blur'] }));
    expect(fragmentFromText(fragmentToText(fragment))).toMatchObject({ ...fragment });
  });

  it('also reads a whole workflow, and nothing else', () => {
    expect(fragmentFromText(JSON.stringify(document))?.nodes).toHaveLength(3);
    for (const text of ['', 'hello', '{', '{}', '[1]', '{"format":"impasto-fragment","version":1}', 'null']) {
      expect(fragmentFromText(text)).toBeUndefined();
    }
  });

  it('refuses ids that a prototype answers to', () => {
    const text = JSON.stringify({ ...document, nodes: [testNode('__proto__', 'image/load')], links: [] });
    expect(fragmentFromText(text)).toBeUndefined();
  });
});

describe('freshId', () => {
  it('counts up from the type’s name', () => {
    const used = new Set(['adain', 'adain-2']);
    expect(freshId('style/adain', used)).toBe('adain-3');
    expect(freshId('adain-2', used)).toBe('adain-4');
    expect(freshId('§§', used)).toBe('item');
  });
});
