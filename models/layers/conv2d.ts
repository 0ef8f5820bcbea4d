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
  const more = missingChannels(x.size(1));
  const [input, filters] = more === 0 ? [x, weight] : [x.pad(1, 0, more), weight.pad(1, 0, more)];
  return layer.graph.apply({
    op: 'Conv',
    inputs: [input, filters, ...(bias ? [layer.weight('bias', [channels])] : [])],
    attributes: {
      kernel_shape: [kernel, kernel],
      pads: options.pads ?? [border, border, border, border],
      strides: [stride, stride],
    },
  });
}

/**
 * Channels of zeros that a convolution gets so that WebGPU computes it right: onnxruntime (1.30) takes 6, 9 or 15 of them in
 * threes there and reads the wrong ones. An inpainting UNet begins with 9.
 */
function missingChannels(channels: number): number {
  const inThrees = channels > 3 && channels % 3 === 0;
  return inThrees && channels % 4 !== 0 ? 4 - (channels % 4) : 0;
}
