import { blockedConvolutions } from '../graph/blockedConvolutions.ts';
import { Graph } from '../graph/graph.ts';
import { tensor } from '../tensor/tensor.ts';
import { openSession } from './openSession.ts';

/** What onnxruntime uses: 16 with AVX-512 and on ARM, 8 with less. */
const BLOCKS = [16, 8];
const TOLERANCE = 1e-5;

let found: Promise<number | undefined> | undefined;

/**
 * How many channels go together in onnxruntime's blocked convolutions on this processor, found by computing with them: they
 * are its own affair and may change. Undefined where none gives what a plain convolution gives. Once per process.
 */
export function convolutionBlock(): Promise<number | undefined> {
  found ??= firstRight();
  return found;
}

async function firstRight(): Promise<number | undefined> {
  const channels = 2 * Math.max(...BLOCKS);
  const expected = await computed(smallConvolution(channels));
  for (const block of BLOCKS) {
    const made = await computed(blockedConvolutions(smallConvolution(channels), block)).catch(
      () => undefined,
    );
    if (made?.every((value, i) => Math.abs(value - expected[i]!) < TOLERANCE)) return block;
  }
  return undefined;
}

function smallConvolution(channels: number): Graph {
  const graph = new Graph();
  const x = graph.input('x', [1, channels, 3, 4]);
  const weight = graph.input('weight', [channels, channels, 3, 3]);
  const attributes = { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [1, 1] };
  graph.output('y', graph.apply({ op: 'Conv', inputs: [x, weight], attributes }));
  return graph;
}

async function computed(graph: Graph): Promise<Float32Array> {
  const session = await openSession(graph, { device: 'cpu', threads: 1 });
  try {
    const feeds = [...graph.inputs].map(([name, { shape }], seed) => {
      const data = waves(shape as readonly number[], seed + 1);
      return [name, tensor(shape as readonly number[], data)] as const;
    });
    return (await session.run(Object.fromEntries(feeds), ['y'])).get('y')!.data;
  } finally {
    await session.release();
  }
}

/** Numbers that no exchange of places leaves as they are. */
function waves(shape: readonly number[], seed: number): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1);
  return Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7 + seed) / 16);
}
