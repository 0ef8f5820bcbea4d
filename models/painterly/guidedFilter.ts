import type { Size } from './torch7Resize.ts';

type Values = Float64Array;

/**
 * The guided filter (He, Sun and Tang, ECCV 2010) with the three channels of a colour picture in [0, 1] as guide: what it
 * gives back smooths a channel within windows of 2 radius + 1 pixels, but not across edges of the guide. `epsilon`:
 * variance that counts as none.
 */
export function guidedFilter(
  guide: readonly Values[],
  size: Size,
  { radius, epsilon }: { readonly radius: number; readonly epsilon: number },
): (input: Values) => Values {
  const box = boxMean(size, radius);
  const means = guide.map(box);
  const inverse = inverseCovariance(guide, means, { box, epsilon });
  return (input) => {
    const mean = box(input);
    const shared = guide.map((channel, c) => covariance(box(product(channel, input)), means[c]!, mean));
    const slopes = inverse.map((row) => mean.map((_, i) => dotAt(row, shared, i)));
    const offset = mean.map((value, i) => value - dotAt(slopes, means, i));
    const [smoothSlopes, smoothOffset] = [slopes.map(box), box(offset)];
    return smoothOffset.map((value, i) => value + dotAt(smoothSlopes, guide, i));
  };
}

function product(a: Values, b: Values): Values {
  return a.map((value, i) => value * b[i]!);
}

function covariance(meanOfProduct: Values, one: Values, other: Values): Values {
  return meanOfProduct.map((value, i) => value - one[i]! * other[i]!);
}

function dotAt(a: readonly Values[], b: readonly Values[], i: number): number {
  return a[0]![i]! * b[0]![i]! + a[1]![i]! * b[1]![i]! + a[2]![i]! * b[2]![i]!;
}

/** Three rows of three planes: at every pixel the inverse of the guide's covariance around it, plus epsilon. */
function inverseCovariance(
  guide: readonly Values[],
  means: readonly Values[],
  { box, epsilon }: { readonly box: (values: Values) => Values; readonly epsilon: number },
): readonly (readonly Values[])[] {
  const spread = (a: number, b: number): Values =>
    covariance(box(product(guide[a]!, guide[b]!)), means[a]!, means[b]!);
  const [rr, rg, rb] = [spread(0, 0), spread(0, 1), spread(0, 2)];
  const [gg, gb, bb] = [spread(1, 1), spread(1, 2), spread(2, 2)];
  for (let i = 0; i < rr.length; i++) {
    const [a, b, c] = [rr[i]! + epsilon, rg[i]!, rb[i]!];
    const [d, e, f] = [gg[i]! + epsilon, gb[i]!, bb[i]! + epsilon];
    // The matrix is symmetric, and so is its inverse.
    const [first, second, third] = [d * f - e * e, c * e - b * f, b * e - c * d];
    const determinant = a * first + b * second + c * third;
    rr[i] = first / determinant;
    rg[i] = second / determinant;
    rb[i] = third / determinant;
    gg[i] = (a * f - c * c) / determinant;
    gb[i] = (b * c - a * e) / determinant;
    bb[i] = (a * d - b * b) / determinant;
  }
  return [
    [rr, rg, rb],
    [rg, gg, gb],
    [rb, gb, bb],
  ];
}

/** Means over the part of a square window that is inside. */
function boxMean({ width, height }: Size, radius: number): (values: Values) => Values {
  return (values) => {
    const wide = new Float64Array(values.length);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const [from, to] = [Math.max(0, x - radius), Math.min(width - 1, x + radius)];
        let sum = 0;
        for (let u = from; u <= to; u++) sum += values[y * width + u]!;
        wide[y * width + x] = sum / (to - from + 1);
      }
    const result = new Float64Array(values.length);
    for (let y = 0; y < height; y++) {
      const [from, to] = [Math.max(0, y - radius), Math.min(height - 1, y + radius)];
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let v = from; v <= to; v++) sum += wide[v * width + x]!;
        result[y * width + x] = sum / (to - from + 1);
      }
    }
    return result;
  };
}
