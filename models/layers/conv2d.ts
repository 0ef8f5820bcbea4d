import type { Value } from '../graph/value.ts';
import type { LayerContext } from './layerContext.ts';

export interface Conv2dOptions {
  readonly channels: number;
  /** Square kernel, 3 unless given. */
  readonly kernel?: number;
  readonly stride?: number;
  /** top, left, bottom, right; what keeps the size at stride 1 unless given. */
  readonly pads?: readonly [number, number, number, number];
  /** True unless given. */
  readonly bias?: boolean;
}

/** `[B, in, H, W]` to `[B, channels, H', W']`. */
export function conv2d(layer: LayerContext, x: Value, options: Conv2dOptions): Value {
  const { channels, kernel = 3, stride = 1, bias = true } = options;
  const border = (kernel - 1) / 2;
  const weight = layer.weight('weight', [channels, x.size(1), kernel, kernel]);
  return layer.graph.apply({
    op: 'Conv',
    inputs: [x, weight, ...(bias ? [layer.weight('bias', [channels])] : [])],
    attributes: {
      kernel_shape: [kernel, kernel],
      pads: options.pads ?? [border, border, border, border],
      strides: [stride, stride],
    },
  });
}
