import type { Value } from '../graph/value.ts';
import { averagePool } from './averagePool.ts';
import { conv2d } from './conv2d.ts';
import type { LayerContext } from './layerContext.ts';

export interface AdapterBlockOptions {
  readonly channels: number;
  /** Halves the size first, an odd one rounding so. */
  readonly halves?: 'up' | 'down' | undefined;
  /** Adds the block's input to what it makes of it. */
  readonly residual: boolean;
}

/**
 * A block of PHDiffusion's adaptive encoder (its `ResnetBlock` and `NormalBlock`, whose weights have the same names): a
 * 1x1 convolution where the channels change, then conv3x3, ReLU, conv1x1.
 */
export function adapterBlock(layer: LayerContext, input: Value, options: AdapterBlockOptions): Value {
  const { channels, halves, residual } = options;
  const halved = halves ? averagePool(input, halves) : input;
  const conv = (name: string, from: Value, kernel: number): Value =>
    layer.at(name, name, (l) => conv2d(l, from, { channels, kernel }));
  const x = halved.size(1) === channels ? halved : conv('in_conv', halved, 1);
  const hidden = conv('block2', conv('block1', x, 3).relu(), 1);
  return residual ? hidden.add(x) : hidden;
}
