import { formatShape, type Dim, type Shape } from '../dim.ts';
import type { TensorType } from '../tensorType.ts';
import { spreadSizes, windowCounts, windowsOf } from '../windows.ts';
import { fail, operands, type OperatorCall, type TypeRules } from './typeRule.ts';

/** Convolutions and pools. */
export const windowedTypes: TypeRules = {
  Conv: (call) => {
    const [x, w] = operands(call, 2);
    const kernel = w.shape.slice(2) as number[];
    const sizes = spatialSizes(call, x.shape, kernel);
    const channels = inGroups(call, w.shape[1]!);
    if (x.shape[1] !== channels) {
      fail(call, 'shape', `a weight ${formatShape(w.shape)} takes ${channels} channels, found ${x.shape[1]}`);
    }
    const spatial = windowCounts(sizes, windowsOf(call.attributes, kernel));
    return [{ shape: [x.shape[0]!, w.shape[0]!, ...spatial], dtype: x.dtype }];
  },

  /** A weight `[in, out / groups, ...]`; `output_padding` adds rows and columns behind. */
  ConvTranspose: (call) => {
    const [x, w] = operands(call, 2);
    const kernel = w.shape.slice(2) as number[];
    const sizes = spatialSizes(call, x.shape, kernel);
    if (x.shape[1] !== w.shape[0]) {
      fail(
        call,
        'shape',
        `a weight ${formatShape(w.shape)} takes ${w.shape[0]} channels, found ${x.shape[1]}`,
      );
    }
    const spatial = spreadSizes(sizes, windowsOf(call.attributes, kernel));
    return [{ shape: [x.shape[0]!, inGroups(call, w.shape[1]!), ...spatial], dtype: x.dtype }];
  },

  AveragePool: pool,
  MaxPool: pool,
};

/** Channels of all groups, where a weight states those of one. */
function inGroups({ attributes }: OperatorCall, channels: Dim): Dim {
  return Number(channels) * ((attributes['group'] as number | undefined) ?? 1);
}

/** `[B, C, ...]` with as many spatial axes as the kernel has, of known sizes. */
function spatialSizes(call: OperatorCall, shape: Shape, kernel: readonly unknown[]): readonly number[] {
  const sizes = shape.slice(2);
  const automatic = call.attributes['auto_pad'] ?? 'NOTSET';
  if (automatic !== 'NOTSET') fail(call, 'attribute', `auto_pad is ${automatic}; state pads instead`);
  if (sizes.length === 0 || sizes.length !== kernel.length) {
    const expected = ['[B, C, L]', '[B, C, H, W]'][kernel.length - 1] ?? 'spatial axes';
    fail(call, 'rank', `expected ${expected}, found ${formatShape(shape)}`);
  }
  const unknown = sizes.find((size) => typeof size === 'string');
  if (unknown) fail(call, 'shape', `height and width must be known, found ${unknown}`);
  return sizes as number[];
}

function pool(call: OperatorCall): readonly TensorType[] {
  const [{ shape, dtype }] = operands(call, 1);
  const kernel = call.attributes['kernel_shape'] as readonly number[];
  const [sizes, windows] = [spatialSizes(call, shape, kernel), windowsOf(call.attributes, kernel)];
  const counts = windowCounts(sizes, windows);
  for (const [axis, count] of counts.entries()) {
    // onnxruntime leaves such a window out when it computes, but counts it when it infers shapes.
    const begin = (count - 1) * windows.strides[axis]! - windows.pads[axis]!.before;
    if (begin >= sizes[axis]!) fail(call, 'shape', `a last window begins behind the ${sizes[axis]} pixels`);
  }
  return [{ shape: [...shape.slice(0, 2), ...counts], dtype }];
}
