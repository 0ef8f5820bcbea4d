import { plane, type Plane } from './plane.ts';
import type { Tensor } from '../tensor/tensor.ts';

type Values = Float64Array;

/**
 * The guided filter (He, Sun and Tang, ECCV 2010) with a colour picture `[1, 3, H, W]` as guide: smooths `input` within
 * windows of 2 radius + 1 pixels, but not across edges of the guide. `epsilon`: variance that counts as none.
 */
export function guidedFilter(
  guide: Tensor,
  input: Plane,
  { radius, epsilon }: { readonly radius: number; readonly epsilon: number },
): Plane {
  const { width, height } = input;
  const area = width * height;
  const box = boxMean({ width, height, radius });
  const channels = [0, 1, 2].map((c) => Float64Array.from(guide.data.subarray(c * area, (c + 1) * area)));
  const values = Float64Array.from(input.data);
  const means = channels.map(box);
  const mean = box(values);
  const withInput = channels.map((channel) => box(product(channel, values)));
  const pairs = [0, 1, 2].map((a) =>
    [0, 1, 2].map((b) => (b < a ? mean : box(product(channels[a]!, channels[b]!)))),
  );
  const slopes = [0, 1, 2].map(() => new Float64Array(area));
  const offset = new Float64Array(area);
  for (let i = 0; i < area; i++) {
    const spread = (a: number, b: number) =>
      pairs[Math.min(a, b)]![Math.max(a, b)]![i]! - means[a]![i]! * means[b]![i]!;
    const matrix = [0, 1, 2].map((a) => [0, 1, 2].map((b) => spread(a, b) + (a === b ? epsilon : 0)));
    const found = solve(
      matrix,
      withInput.map((w, c) => w[i]! - means[c]![i]! * mean[i]!),
    );
    offset[i] = found.reduce((sum, slope, c) => sum - slope * means[c]![i]!, mean[i]!);
    for (const [c, slope] of found.entries()) slopes[c]![i] = slope;
  }
  const [smoothSlopes, smoothOffset] = [slopes.map(box), box(offset)];
  const result = plane(width, height);
  for (let i = 0; i < area; i++)
    result.data[i] = channels.reduce(
      (sum, channel, c) => sum + smoothSlopes[c]![i]! * channel[i]!,
      smoothOffset[i]!,
    );
  return result;
}

function product(a: Values, b: Values): Values {
  return a.map((value, i) => value * b[i]!);
}

/** Means over the part of a square window that is inside. */
function boxMean({ width, height, radius }: { width: number; height: number; radius: number }) {
  const clipped = (place: number, size: number): readonly [number, number] => [
    Math.max(0, place - radius),
    Math.min(size - 1, place + radius),
  ];
  return (values: Values): Values => {
    const wide = new Float64Array(values.length);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const [from, to] = clipped(x, width);
        let sum = 0;
        for (let u = from; u <= to; u++) sum += values[y * width + u]!;
        wide[y * width + x] = sum / (to - from + 1);
      }
    return wide.map((_, i) => {
      const x = i % width;
      const [from, to] = clipped(Math.floor(i / width), height);
      let sum = 0;
      for (let v = from; v <= to; v++) sum += wide[v * width + x]!;
      return sum / (to - from + 1);
    });
  };
}

/** Three equations, by Cramer's rule. */
function solve(m: readonly (readonly number[])[], v: readonly number[]): readonly number[] {
  const determinant = (columns: readonly (readonly number[])[]): number => {
    const [[a, d, g], [b, e, h], [c, f, i]] = columns as [number[], number[], number[]];
    return a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!);
  };
  // The matrix is symmetric: its rows are its columns.
  const whole = determinant(m);
  return [0, 1, 2].map((k) => determinant(m.map((column, c) => (c === k ? v : column))) / whole);
}
