import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DocumentStore } from '../../../client/editor/core/documentStore.ts';
import type { EditCommand } from '../../../client/editor/core/editCommand.ts';
import { itemIds, linkKey } from '../../../client/editor/core/itemIds.ts';
import { reaches } from '../../../client/editor/core/connectionRules.ts';
import { testCatalogue, testDocument, testNode } from './workbench.ts';

const start = testDocument(
  [testNode('load', 'image/load'), testNode('blur', 'image/blur'), testNode('mix', 'image/mix')],
  ['load.image > blur.image', 'blur.image > mix.a'],
);
const newStore = (): DocumentStore => new DocumentStore(start, testCatalogue);

const nodeId = fc.constantFrom('load', 'blur', 'mix', 'n0', 'n1', 'n2', 'n3');
const anyId = fc.constantFrom('load', 'blur', 'n0', 'g0', 'g1', 'm0', 'm1');
const place = fc.record({ x: fc.integer({ min: -500, max: 500 }), y: fc.integer({ min: -500, max: 500 }) });
const portEnd = fc.record({ node: nodeId, port: fc.constantFrom('image', 'a', 'b', 'value', 'amount') });
const size = { width: 300, height: 200 };

const command: fc.Arbitrary<EditCommand> = fc.letrec<{ command: EditCommand }>((tie) => ({
  command: fc.oneof(
    { depthSize: 'small' },
    fc
      .tuple(fc.nat(3), fc.constantFrom('image/load', 'image/blur', 'image/mix', 'values/number'), place)
      .map(([n, type, at]): EditCommand => {
        const fragment = { nodes: [testNode(`n${n}`, type, at)], links: [], groups: [], notes: [] };
        return { kind: 'insert', fragment };
      }),
    fc.tuple(fc.nat(1), place).map(([n, position]): EditCommand => {
      const groups = [{ id: `g${n}`, title: 'group', position, size }];
      const notes = [{ id: `m${n}`, text: 'note', position, size }];
      return { kind: 'insert', fragment: { nodes: [], links: [], groups, notes } };
    }),
    fc.uniqueArray(anyId, { maxLength: 3 }).map((ids): EditCommand => {
      return { kind: 'remove', items: itemIds({ nodes: ids, groups: ids, notes: ids }) };
    }),
    fc
      .array(fc.tuple(fc.constantFrom('node' as const, 'group' as const, 'note' as const), anyId, place), {
        maxLength: 4,
      })
      .map((moves): EditCommand => {
        return { kind: 'move', moves: moves.map(([kind, id, at]) => ({ kind, id, ...at })) };
      }),
    fc.tuple(nodeId, fc.double()).map(([node, value]): EditCommand => {
      return { kind: 'setParam', node, name: 'amount', value };
    }),
    fc.tuple(portEnd, portEnd).map(([from, to]): EditCommand => ({ kind: 'connect', from, to })),
    fc.tuple(portEnd, portEnd).map(([from, to]): EditCommand => {
      return { kind: 'disconnect', links: [linkKey({ from, to })] };
    }),
    fc
      .tuple(nodeId, fc.string())
      .map(([id, title]): EditCommand => ({ kind: 'setTitle', item: 'node', id, title })),
    fc.tuple(anyId, fc.string()).map(([note, text]): EditCommand => ({ kind: 'setNoteText', note, text })),
    fc
      .tuple(fc.constantFrom('node' as const, 'group' as const, 'note' as const), anyId, fc.nat(900))
      .map(([item, id, width]): EditCommand => ({ kind: 'resize', item, id, width: width + 120 })),
    fc
      .tuple(nodeId, fc.boolean())
      .map(([node, collapsed]): EditCommand => ({ kind: 'setCollapsed', node, collapsed })),
    fc.string().map((title): EditCommand => ({ kind: 'setInfo', title })),
    fc.array(tie('command'), { maxLength: 3 }).map((commands): EditCommand => ({ kind: 'batch', commands })),
  ),
})).command;

const edits = fc.array(fc.record({ command, merge: fc.option(fc.constantFrom('drag', 'type')) }), {
  maxLength: 30,
});

describe('DocumentStore', () => {
  it('undoes any edits back to the start and redoes them to the same end', () => {
    fc.assert(
      fc.property(edits, (list) => {
        const store = newStore();
        for (const edit of list) store.execute(edit.command, edit.merge ?? undefined);
        const end = structuredClone(store.document);
        while (store.undo());
        expect(store.document).toBe(start);
        while (store.redo());
        expect(store.document).toEqual(end);
      }),
    );
  });

  it('never holds a dangling link that a command made, two links into one input, or a cycle', () => {
    fc.assert(
      fc.property(edits, (list) => {
        const store = newStore();
        for (const edit of list) store.execute(edit.command);
        const { nodes, links } = store.document;
        const ids = new Set(nodes.map((node) => node.id));
        expect(links.every(({ from, to }) => ids.has(from.node) && ids.has(to.node))).toBe(true);
        expect(new Set(links.map(({ to }) => `${to.node}.${to.port}`)).size).toBe(links.length);
        expect(links.some(({ from, to }) => reaches(store.document, to.node, from.node))).toBe(false);
      }),
    );
  });

  it('makes one undo step of a drag and another of the next drag', () => {
    const store = newStore();
    const move = (x: number, merge: string): void => {
      store.execute({ kind: 'move', moves: [{ kind: 'node', id: 'blur', x, y: 0 }] }, merge);
    };
    [8, 16, 24].forEach((x) => move(x, 'drag 1'));
    [32, 40].forEach((x) => move(x, 'drag 2'));
    store.undo();
    expect(store.document.nodes[1]?.position.x).toBe(24);
    store.undo();
    expect(store.document).toBe(start);
    expect(store.canUndo).toBe(false);
  });

  it('keeps the identity of what an edit does not touch', () => {
    const store = newStore();
    store.execute({ kind: 'setParam', node: 'blur', name: 'amount', value: 1 });
    expect(store.document.nodes[0]).toBe(start.nodes[0]);
    expect(store.document.nodes[1]).not.toBe(start.nodes[1]);
    expect(store.document.links).toBe(start.links);
  });

  it('does not remember edits that change nothing', () => {
    const store = newStore();
    expect(store.execute({ kind: 'setParam', node: 'blur', name: 'amount', value: 0.5 })).toBe(false);
    expect(store.execute({ kind: 'remove', items: itemIds({ nodes: ['nobody'] }) })).toBe(false);
    expect(store.canUndo).toBe(false);
  });

  it('takes a removed node’s links along and brings both back', () => {
    const store = newStore();
    store.execute({ kind: 'remove', items: itemIds({ nodes: ['blur'] }) });
    expect(store.document.links).toEqual([]);
    store.undo();
    expect(store.document.links).toHaveLength(2);
  });

  it('can undo a replaced workflow, but not an opened one', () => {
    const store = newStore();
    const other = testDocument([testNode('n0', 'image/load')]);
    store.execute({ kind: 'replace', document: other });
    store.undo();
    expect(store.document).toBe(start);
    store.open(other);
    expect(store.canUndo || store.canRedo).toBe(false);
  });
});
