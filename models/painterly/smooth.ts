import { plane, type Plane } from './plane.ts';

/** A Gaussian over `size` places, which adds up to 1. Its square is torch7's `image.gaussian` and Matlab's `fspecial`. */
export function gaussianKernel(size: number, sigma: number): Float64Array {
  const centre = (size - 1) / 2;
  const kernel = Float64Array.from({ length: size }, (_, i) => Math.exp(-(((i - centre) / sigma) ** 2) / 2));
  const sum = kernel.reduce((total, value) => total + value, 0);
  return kernel.map((value) => value / sum);
}

/** Convolves rows and columns with a symmetric kernel of an odd length; zeros lie outside. */
export function smooth(source: Plane, kernel: Float64Array): Plane {
  const { width, height } = source;
  const radius = (kernel.length - 1) / 2;
  const wide = new Float64Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let d = Math.max(-radius, -x); d <= Math.min(radius, width - 1 - x); d++)
        sum += source.data[y * width + x + d]! * kernel[d + radius]!;
      wide[y * width + x] = sum;
    }
  const result = plane(width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let d = Math.max(-radius, -y); d <= Math.min(radius, height - 1 - y); d++)
        sum += wide[(y + d) * width + x]! * kernel[d + radius]!;
      result.data[y * width + x] = sum;
    }
  return result;
}
