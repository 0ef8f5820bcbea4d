import { describe, expect, it } from 'vitest';
import { gradient } from '../../../models/gradients/gradient.ts';
import { Graph } from '../../../models/graph/graph.ts';
import { peakBytes } from '../../../models/graph/peakBytes.ts';
import type { Value } from '../../../models/graph/value.ts';

const ROW = 4 * 100;

/** Of two rows of 100 float32. */
function peak(build: (x: Value, graph: Graph) => void): number {
  const graph = new Graph();
  build(graph.input('x', ['B', 100]), graph);
  return peakBytes(graph, { B: 2 }) / (2 * ROW);
}

describe('the least memory that a graph takes', () => {
  it('holds an operator’s operand and result at once, and no more', () => {
    expect(peak((x, graph) => graph.output('y', x.exp().exp().exp().exp()))).toBe(2);
  });

  it('does not count what is fed or constant', () => {
    expect(peak((x, graph) => graph.output('y', x.add(graph.constant(new Float32Array(100))).mul(x)))).toBe(
      2,
    );
  });

  it('keeps outputs, and what is used later', () => {
    expect(
      peak((x, graph) => {
        const early = x.exp();
        graph.output('early', early);
        graph.output('late', x.sin().cos().add(early));
      }),
    ).toBe(3);
    expect(
      peak((x, graph) => graph.output('y', [0, 1, 2].reduce((y) => y.exp(), x.sin()).add(x.sin()))),
    ).toBe(3);
  });

  it('counts a reshape and what it is of once, for as long as either is used', () => {
    expect(
      peak((x, graph) => {
        const flat = x.exp().reshape(['B*100']);
        graph.output('y', flat.sin().cos().add(flat));
      }),
    ).toBe(3);
  });

  it('forgets what nothing uses', () => {
    expect(
      peak((x, graph) => {
        x.exp();
        x.exp();
        graph.output('y', x.exp().sin());
      }),
    ).toBe(2);
  });

  it('counts by the type of the elements', () => {
    expect(peak((x, graph) => graph.output('y', x.greater(graph.scalar(0))))).toBe(1 / 4);
  });

  it('is less for a gradient with checkpoints', () => {
    const ofChain = (every: number) =>
      peak((x, graph) => {
        const made = [x];
        for (let i = 0; i < 16; i++) made.push(made.at(-1)!.tanh());
        const checkpoints = made.filter((_, i) => i > 0 && i % every === 0);
        graph.output('y', gradient(made.at(-1)!.sum(), [x], { checkpoints })[0]!);
      });
    expect(ofChain(4)).toBeLessThan(0.7 * ofChain(100));
  });
});
