import type { Attributes } from '../graph/attributes.ts';
import { axisMap, type AxisMap } from './separable.ts';

export interface ResizedAxis {
  /** Sizes of the axis. */
  readonly before: number;
  readonly after: number;
  /** after / before, or what the operator was told, which need not be quite that. */
  readonly scale: number;
  /** Of ONNX's Resize. */
  readonly attributes: Attributes;
}

/** What ONNX's operator Resize makes each place along an axis of (its specification, opset 19). */
export function resizeMap({ before, after, scale, attributes }: ResizedAxis): AxisMap {
  const mode = (attributes['mode'] as string | undefined) ?? 'nearest';
  const where = placing(attributes, { before, after, scale });
  if (mode === 'nearest') {
    const round = nearest(attributes['nearest_mode'] as string | undefined);
    return axisMap(before, after, (place, add) => add(clamp(round(where(place)), before), 1));
  }
  // Antialiasing widens the kernel by as much as the axis shrinks.
  const width = attributes['antialias'] === 1 ? Math.max(1 / scale, 1) : 1;
  const kernel = mode === 'cubic' ? cubic(attributes) : triangle;
  const excluded = attributes['exclude_outside'] === 1;
  const support = (mode === 'cubic' ? 2 : 1) * width;
  return axisMap(before, after, (place, add) => {
    // Linear interpolation does not go beyond the outermost pixels.
    const centre = mode === 'linear' && width === 1 ? clamp(where(place), before) : where(place);
    const taps: { from: number; weight: number }[] = [];
    for (let from = Math.ceil(centre - support); from <= Math.floor(centre + support); from++) {
      if (excluded && (from < 0 || from >= before)) continue;
      taps.push({ from: clamp(from, before), weight: kernel((from - centre) / width) });
    }
    const sum = taps.reduce((total, { weight }) => total + weight, 0);
    for (const { from, weight } of taps) add(from, weight / sum);
  });
}

function placing(attributes: Attributes, { before, after, scale }: Omit<ResizedAxis, 'attributes'>) {
  const mode = (attributes['coordinate_transformation_mode'] as string | undefined) ?? 'half_pixel';
  return (place: number): number => {
    if (mode === 'align_corners') return after === 1 ? 0 : (place * (before - 1)) / (after - 1);
    if (mode === 'asymmetric') return place / scale;
    if (mode === 'pytorch_half_pixel' && after === 1) return 0;
    return (place + 0.5) / scale - 0.5;
  };
}

function nearest(mode = 'round_prefer_floor'): (place: number) => number {
  if (mode === 'floor') return Math.floor;
  if (mode === 'ceil') return Math.ceil;
  return mode === 'round_prefer_ceil' ? Math.round : (place) => Math.ceil(place - 0.5);
}

const triangle = (x: number): number => Math.max(0, 1 - Math.abs(x));

/** Keys' cubic convolution kernel. */
function cubic(attributes: Attributes): (x: number) => number {
  const a = (attributes['cubic_coeff_a'] as { readonly float: number } | undefined)?.float ?? -0.75;
  return (x) => {
    const t = Math.abs(x);
    if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
    return t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0;
  };
}

function clamp(index: number, size: number): number {
  return Math.min(Math.max(index, 0), size - 1);
}
