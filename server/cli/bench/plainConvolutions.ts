import { countOperations } from '../../../models/graph/countOperations.ts';
import { Graph } from '../../../models/graph/graph.ts';
import { sizeOfDim } from '../../../models/graph/sizeOfDim.ts';
import type { GraphNode, Value } from '../../../models/graph/value.ts';
import type { Device } from '../../../models/runtime/device.ts';
import { openSession } from '../../../models/runtime/openSession.ts';
import { secondsOf } from './rateUNet.ts';
import { waves } from './convolutionRate.ts';

export interface PlainConvolutions {
  /** GFLOP/s over a few runs of all of them. */
  rate(): Promise<number>;
  release(): Promise<void>;
}

const RUNS = 3;

/**
 * All convolutions of a network, each once and on its own, with constant weights, in the sizes that it has them: how fast this
 * machine convolves what this network convolves. `rows` is the batch. Of every result one number comes back, so that handing
 * results over takes no part.
 */
export async function openPlainConvolutions(
  network: Graph,
  { rows, device }: { readonly rows: number; readonly device: Device },
): Promise<PlainConvolutions> {
  const graph = new Graph();
  const feeds: Record<string, { shape: number[]; data: Float32Array }> = {};
  const found = network.nodes.filter(({ op }) => op === 'Conv');
  for (const [i, node] of found.entries()) {
    const shape = node.inputs[0]!.shape.map((dim) => sizeOfDim(dim, { B: rows }));
    const x = graph.input(`x${i}`, shape);
    feeds[`x${i}`] = { shape, data: Float32Array.from(waves(elements(shape))) };
    graph.output(`y${i}`, firstOf(convolved(x, node)));
  }
  const session = await openSession(graph, { device });
  const gflop = countOperations(graph, {}).total / 1e9;
  const fetch = [...graph.outputs.keys()];
  await session.run(feeds, fetch);
  return {
    rate: async () => {
      const seconds = await secondsOf(async () => {
        for (let run = 0; run < RUNS; run++) await session.run(feeds, fetch);
      });
      return (RUNS * gflop) / seconds;
    },
    release: () => session.release(),
  };
}

function convolved(x: Value, { inputs, attributes }: GraphNode): Value {
  const constants = inputs.slice(1).map(({ shape }) => {
    const sizes = shape as readonly number[];
    return x.graph.constant(waves(elements(sizes)), sizes);
  });
  return x.graph.apply({ op: 'Conv', inputs: [x, ...constants], attributes });
}

function firstOf(value: Value): Value {
  const { graph, shape, dtype } = value;
  const each = (number: number) => graph.int64(shape.map(() => number));
  const types = [{ shape: shape.map(() => 1), dtype }];
  return graph.apply({ op: 'Slice', inputs: [value, each(0), each(1)], types });
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
