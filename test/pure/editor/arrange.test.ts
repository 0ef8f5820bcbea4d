import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyCommand } from '../../../client/editor/core/applyCommand.ts';
import { arrangeCommand } from '../../../client/editor/core/arrange.ts';
import { overlaps, type Size } from '../../../client/editor/core/rect.ts';
import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
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
