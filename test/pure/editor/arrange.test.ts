import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyCommand } from '../../../client/editor/core/applyCommand.ts';
import { arrangeCommand } from '../../../client/editor/core/arrange.ts';
import { overlaps, type Size } from '../../../client/editor/core/rect.ts';
import type { WorkflowDocument, WorkflowGroup } from '../../../workflows/schema/document.ts';
import { testCatalogue, testDocument, testNode } from './workbench.ts';

const sizeOf = (id: string): Size => ({ width: 240, height: 80 + (id.length % 3) * 90 });
function arranged(document: WorkflowDocument): WorkflowDocument {
  const ids = document.nodes.map((node) => node.id);
  return applyCommand(document, arrangeCommand(document, ids, sizeOf), testCatalogue);
}
const at = (document: WorkflowDocument, id: string): { x: number; y: number } =>
  document.nodes.find((node) => node.id === id)!.position;

describe('arrangeCommand', () => {
  it('lays a chain out from left to right', () => {
    const document = arranged(
      testDocument(
        [testNode('c', 'image/blur'), testNode('a', 'image/load'), testNode('b', 'image/blur')],
        ['a.image > b.image', 'b.image > c.image'],
      ),
    );
    expect(at(document, 'a').x + 240).toBeLessThan(at(document, 'b').x);
    expect(at(document, 'b').x + 240).toBeLessThan(at(document, 'c').x);
  });

  it('puts a source beside its only user', () => {
    const document = arranged(
      testDocument(
        [
          testNode('a', 'image/load'),
          testNode('b', 'image/blur'),
          testNode('c', 'image/blur'),
          testNode('n', 'values/number'),
        ],
        ['a.image > b.image', 'b.image > c.image', 'n.value > c.amount'],
      ),
    );
    expect(at(document, 'n').x).toBe(at(document, 'b').x);
  });

  it('never lets nodes overlap and keeps every link pointing right', () => {
    const graph = fc.integer({ min: 1, max: 25 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        links: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 40 }),
      }),
    );
    fc.assert(
      fc.property(graph, ({ count, links }) => {
        const nodes = Array.from({ length: count }, (_, i) => testNode(`n${i}`, 'image/mix'));
        const forward = links.filter(([a, b]) => a < b).map(([a, b]) => `n${a}.image > n${b}.a`);
        const { nodes: placed, links: kept } = arranged(testDocument(nodes, forward));
        const rects = placed.map((node) => ({ ...node.position, ...sizeOf(node.id) }));
        rects.forEach((rect, i) => {
          for (const other of rects.slice(i + 1)) expect(overlaps(rect, other)).toBe(false);
        });
        for (const { from, to } of kept) {
          const find = (id: string): number => placed.find((node) => node.id === id)!.position.x;
          expect(find(from.node)).toBeLessThan(find(to.node));
        }
      }),
    );
  });

  it('keeps groups apart, also those that feed each other', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const nodes = ids.map((id, row) => testNode(id, 'image/mix', { x: 0, y: row * 400 }));
    const links = ['a.image > c.a', 'c.image > b.a', 'd.image > b.b', 'e.image > d.a'];
    const group = (id: string, y: number): WorkflowGroup => {
      return { id, title: '', position: { x: -20, y: y - 20 }, size: { width: 300, height: 780 } };
    };
    const document = { ...testDocument(nodes, links), groups: [group('g', 0), group('h', 800)] };
    const { groups, nodes: placed } = arranged(document);
    const frames = groups.map(({ position, size }) => ({ ...position, ...size }));
    expect(overlaps(frames[0]!, frames[1]!)).toBe(false);
    const held = frames.map((frame) =>
      placed.filter((node) => overlaps(frame, { ...node.position, ...sizeOf(node.id) })).map(({ id }) => id),
    );
    expect(held).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('fits groups around the nodes that they held', () => {
    const document = testDocument(
      [testNode('a', 'image/load'), testNode('b', 'image/blur', { x: 0, y: 200 })],
      ['a.image > b.image'],
    );
    const group = { id: 'g', title: '', position: { x: -20, y: -20 }, size: { width: 900, height: 900 } };
    const { groups, nodes } = arranged({ ...document, groups: [group] });
    const [frame] = groups;
    for (const node of nodes) {
      expect(node.position.x).toBeGreaterThan(frame!.position.x);
      expect(node.position.x + 240).toBeLessThan(frame!.position.x + frame!.size.width);
    }
  });
});
