import { Graph } from '../../../models/graph/graph.ts';
import type { Device } from '../../../models/runtime/device.ts';
import { openSession } from '../../../models/runtime/openSession.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import { median } from './table.ts';

const CHANNELS = 320;
const SIZE = 64;

/**
 * GFLOP/s of a plain 3x3 convolution (320 channels, 64x64, as the widest level of Stable Diffusion has it) on this
 * machine: what everything else is held against.
 */
export async function convolutionRate(device: Device, runs = 15): Promise<number> {
  const graph = new Graph();
  const x = graph.input('x', [1, CHANNELS, SIZE, SIZE]);
  const weights = graph.constant(waves(CHANNELS * CHANNELS * 9), [CHANNELS, CHANNELS, 3, 3]);
  const attributes = { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [1, 1] };
  graph.output('y', graph.apply({ op: 'Conv', inputs: [x, weights], attributes }));
  const session = await openSession(graph, { device });
  try {
    const feeds = { x: tensor([1, CHANNELS, SIZE, SIZE], Float32Array.from(waves(CHANNELS * SIZE * SIZE))) };
    await session.run(feeds, ['y']);
    const seconds: number[] = [];
    for (let run = 0; run < runs; run++) {
      const start = performance.now();
      await session.run(feeds, ['y']);
      seconds.push((performance.now() - start) / 1000);
    }
    return (2 * CHANNELS * CHANNELS * 9 * SIZE * SIZE) / median(seconds) / 1e9;
  } finally {
    await session.release();
  }
}

/** Numbers for weights and pictures whose values do not matter. */
export function waves(count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.sin(i * 1.7));
}
