import type { Attributes } from './attributes.ts';

/** How a kernel moves over the spatial axes, one entry per axis. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Before and behind. */
  readonly pads: readonly { readonly before: number; readonly behind: number }[];
  /** Rows and columns that a transposed convolution adds behind. */
  readonly outputPadding: readonly number[];
  /** A last window that is not filled counts. */
  readonly ceil: boolean;
}

/** The windows of a convolution or a pool, with ONNX's defaults. */
export function windowsOf(attributes: Attributes, kernel: readonly number[]): Windows {
  const numbers = (name: string, each: number): readonly number[] =>
    (attributes[name] as readonly number[] | undefined) ?? kernel.map(() => each);
  const pads = (attributes['pads'] as readonly number[] | undefined) ?? [...kernel, ...kernel].fill(0);
  return {
    kernel,
    strides: numbers('strides', 1),
    dilations: numbers('dilations', 1),
    pads: kernel.map((_, i) => ({ before: pads[i]!, behind: pads[i + kernel.length]! })),
    outputPadding: numbers('output_padding', 0),
    ceil: attributes['ceil_mode'] === 1,
  };
}

/** How many pixels a window spans. */
export function reachOf({ kernel, dilations }: Windows, axis: number): number {
  return (kernel[axis]! - 1) * dilations[axis]! + 1;
}

/** How many windows fit into axes of these sizes: the sizes of a convolution's or a pool's result. */
export function windowCounts(sizes: readonly number[], windows: Windows): number[] {
  return sizes.map((size, axis) => {
    const { before, behind } = windows.pads[axis]!;
    const steps = (size + before + behind - reachOf(windows, axis)) / windows.strides[axis]!;
    return (windows.ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
  });
}

/** The sizes of a transposed convolution's result. */
export function spreadSizes(sizes: readonly number[], windows: Windows): number[] {
  return sizes.map((size, axis) => {
    const { before, behind } = windows.pads[axis]!;
    const reach = reachOf(windows, axis) + windows.outputPadding[axis]!;
    return (size - 1) * windows.strides[axis]! + reach - before - behind;
  });
}

/** The windows of the convolution that goes back; undefined where that is not an ordinary one. */
export function mirroredWindows(windows: Windows): Windows | undefined {
  const pads = windows.pads.map(({ before, behind }, axis) => {
    const reach = reachOf(windows, axis) - 1;
    return { before: reach - before, behind: reach - behind };
  });
  const fits = pads.every(({ before, behind }) => before >= 0 && behind >= 0);
  return fits && windows.strides.every((stride) => stride === 1) ? { ...windows, pads } : undefined;
}
